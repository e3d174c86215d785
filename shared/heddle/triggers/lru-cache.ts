/** Gets a value, or makes and caches it. Above `max`, the least recently used is dropped. */
export function getOrCreate<K, V>(known: Map<K, V>, key: K, max: number, make: () => V): V {
  const value = known.get(key) ?? make();
  // Marks it as most recently used.
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.size > max ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
  return value;
}
