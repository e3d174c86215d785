import type { Shown, ShownRun } from './contents.ts';

export const MINUTE_MS = 60_000;

/** The times that a schedule has fired for, in order. */
export function toFires(runs: readonly ShownRun[]): readonly number[] {
  const ended = runs.filter(({ status }) => status === 'succeeded');
  return ended
    .map(({ eventId, trigger }) => Date.parse(eventId.slice(trigger.length + 1)))
    .toSorted((a, b) => a - b);
}

/** The numbers that the poller has counted, in order. */
export function toCounted(runs: readonly ShownRun[]): readonly number[] {
  const noted = runs.map(({ output }) => (output as { readonly noted?: Shown } | undefined)?.noted);
  return noted.map((input) => Number(input?.n)).toSorted((a, b) => a - b);
}
