/** What is there, or is made now and kept; of more than `max`, what was made first is forgotten. */
export function remember<K, V>(known: Map<K, V>, key: K, max: number, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  const [oldest] = known.size < max ? [] : known.keys();
  if (oldest !== undefined) known.delete(oldest);
  known.set(key, made);
  return made;
}
