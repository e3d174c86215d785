import { countEdits, findNearest } from '../../domain/did-you-mean.ts';

/** Shorter names are near too many others. */
const MIN_CHARS = 4;
const LONG_CHARS = 7;

/** The known name that a given one is a slip of the pen for; stricter than {@link findNearest}. */
export function findSlip(given: string, known: readonly string[]): string | undefined {
  if (known.includes(given)) return undefined;
  const plain = toPlain(given);
  const same = known.find((name) => toPlain(name) === plain);
  if (same !== undefined || plain.length < MIN_CHARS) return same;
  const most = plain.length < LONG_CHARS ? 1 : 2;
  return known.find((name) => {
    const isNear = Math.abs(name.length - given.length) <= most && name.length >= MIN_CHARS;
    return isNear && countEdits(plain, toPlain(name)) <= most;
  });
}

/** The known names are few, and compared again and again. */
const MAX_CACHED = 5000;
const plainNames = new Map<string, string>();

/** Without what people write differently: case, underscores, hyphens. */
export function toPlain(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const plain = name.toLowerCase().replaceAll(/[^a-z\d]/g, '');
  if (plainNames.size < MAX_CACHED) plainNames.set(name, plain);
  return plain;
}

/** `: did you mean x?`, with what is meant or else with the nearest of the known names. */
export function toHint(given: string, known: readonly string[], meant?: string): string {
  const near = meant ?? findSlip(given, known) ?? findNearest(given, known);
  return near === undefined ? '' : `: did you mean ${near}?`;
}
