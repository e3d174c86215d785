/**
 * Gives each name of a folder in NFC, the form in which people type: macOS writes `é` as two
 * characters, Linux keeps what it is given, and a share may have been written by either. Of two
 * names that differ in nothing else, one keeps its own form.
 */
export function toKeys(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  return names.map((name) => {
    const key = name.normalize('NFC');
    if (key === name || taken.has(key)) return name;
    taken.add(key);
    return key;
  });
}
