import { toDuration } from './code-source.ts';

/** Fields with durations, by the object that they are in; `''` is the trigger itself. */
const DURATIONS: Readonly<Record<string, readonly string[]>> = {
  '': ['timeout'],
  retry: ['delay', 'maxDelay'],
  debounce: ['wait', 'maxWait'],
  batch: ['wait'],
  dedupe: ['window'],
  throttle: ['period'],
  schedule: ['interval', 'jitter', 'catchUpWindow', 'grace'],
};

/** Reads numbers for durations as milliseconds, where a triggers file has seconds. */
export function withMilliseconds(given: object): Readonly<Record<string, unknown>> {
  const { '': own = [], ...inner } = DURATIONS;
  const converted = convert(given, own);
  for (const [field, names] of Object.entries(inner)) {
    if (field in converted) converted[field] = convertAll(converted[field], names);
  }
  return converted;
}

/** A schedule may be a list, or have one in `any`. */
function convertAll(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((part) => convertAll(part, names));
  if (typeof value !== 'object' || value === null) return value;
  const converted = convert(value, names);
  return Array.isArray(converted.any)
    ? { ...converted, any: convertAll(converted.any, names) }
    : converted;
}

function convert(given: object, names: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(given);
  const read = ([name, value]: [string, unknown]) =>
    [name, names.includes(name) ? toDuration(value) : value] as const;
  return Object.fromEntries(entries.map(read));
}
