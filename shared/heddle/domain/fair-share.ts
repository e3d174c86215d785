/** How many things each of several parties has: seats of a process, by trigger. */
export type Held = ReadonlyMap<string, number>;

export interface Shared {
  readonly total: number;
  readonly held: Held;
}

/**
 * Seats that only those get who have none: an eighth, and none where there are fewer than four. A
 * party that comes late finds one of them, whatever the others do.
 */
export function toReserve(total: number): number {
  return total < 4 ? 0 : Math.max(1, Math.floor(total / 8));
}

/** Whether a party may have one more at all. Alone it may have everything but the reserve. */
export function mayHaveMore({ total, held }: Shared, name: string): boolean {
  const free = total - sum(held);
  return free > (hasAny(held, name) ? toReserve(total) : 0);
}

function hasAny(held: Held, name: string): boolean {
  return (held.get(name) ?? 0) > 0;
}

function sum(held: Held): number {
  let total = 0;
  for (const count of held.values()) total += count;
  return total;
}

/**
 * Picks who gets the next one: who has fewest, and of these the first. So nobody gets more than a
 * fair share of all while somebody with less waits.
 * @returns undefined where none of them may have more
 */
export function pickFairly<T extends { readonly name: string }>(
  shared: Shared,
  candidates: Iterable<T>,
): T | undefined {
  let best: T | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const one of candidates) {
    const has = shared.held.get(one.name) ?? 0;
    if (has >= fewest || !mayHaveMore(shared, one.name)) continue;
    best = one;
    fewest = has;
  }
  return best;
}

/** Deals out up to `max`, one by one as {@link pickFairly} picks. @returns how many each gets */
export function dealOut(
  shared: Shared,
  names: readonly string[],
  max: number,
): ReadonlyMap<string, number> {
  const held = new Map(shared.held);
  const dealt = new Map<string, number>();
  const candidates = names.map((name) => ({ name }));
  for (let count = 0; count < max; count++) {
    const next = pickFairly({ total: shared.total, held }, candidates);
    if (!next) break;
    held.set(next.name, (held.get(next.name) ?? 0) + 1);
    dealt.set(next.name, (dealt.get(next.name) ?? 0) + 1);
  }
  return dealt;
}
