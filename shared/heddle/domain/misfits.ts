/** A place where a value does not fit its schema. */
export interface Misfit {
  readonly path: readonly PropertyKey[];
}

/**
 * Paths of the places where a payload does not fit, each once. A path shows the names that occur in
 * the schema; other names are the sender's own and are shown as `*`.
 * @param described the JSON Schema, or that of a zod schema
 */
export function toMisfitPaths(issues: readonly Misfit[], described: unknown): readonly string[] {
  const names = new Set<string>();
  collectTexts(described, names);
  return [...new Set(issues.map(({ path }) => toPointer(path, names)))];
}

/** Collects all names and texts of the schema, not just property names; none is the payload's. */
function collectTexts(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string') texts.add(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    texts.add(key);
    collectTexts(item, texts);
  }
}

/** A JSON Pointer; the payload itself is `/`. @see https://www.rfc-editor.org/rfc/rfc6901 */
function toPointer(path: readonly PropertyKey[], names: ReadonlySet<string>): string {
  const parts = path.map((key) => {
    if (typeof key === 'number') return String(key);
    const isKnown = typeof key === 'string' && names.has(key);
    return isKnown ? key.replaceAll('~', '~0').replaceAll('/', '~1') : '*';
  });
  return `/${parts.join('/')}`;
}
