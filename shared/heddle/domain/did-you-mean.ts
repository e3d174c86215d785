/** Longer names are not compared: they are hardly typing errors, and comparing them is slow. */
const MAX_CHARS = 64;

/** Finds the known name that was probably meant. */
export function findNearest(given: string, known: readonly string[]): string | undefined {
  if (given.length > MAX_CHARS) return undefined;
  const most = Math.max(1, Math.floor(given.length / 3));
  const near = known
    // No fewer edits than letters are missing: most names need not be compared.
    .filter((name) => Math.abs(name.length - given.length) <= most)
    .map((name) => ({ name, distance: countEdits(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= most);
  const nearest = near.sort((a, b) => a.distance - b.distance)[0];
  return nearest?.name ?? known.find((name) => isPart(given.toLowerCase(), name.toLowerCase()));
}

/** Whether one contains the other, such as `attempts` and `maxAttempts`. */
function isPart(given: string, name: string): boolean {
  const isLong = given.length > 2 && name.length > 2;
  return isLong && (name.includes(given) || given.includes(name));
}

/**
 * Counts the letters to insert, remove, replace or swap with their neighbour.
 * @see https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
 */
export function countEdits(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, next];
  }
  return last[b.length] ?? 0;
}
