/** What is there, or is made now and kept; of more than `max`, the one longest unused is forgotten. */
export function remember<K, V>(known: Map<K, V>, key: K, max: number, make: () => V): V {
  const value = known.get(key) ?? make();
  // To the end of the line.
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.size > max ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
  return value;
}
