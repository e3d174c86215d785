/** Numbers what recurs: 0 for the first of a key, 1 for its second, and so on. */
export function createOrdinals(): (key: string) => number {
  const counts = new Map<string, number>();
  return (key) => {
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    return nth;
  };
}
