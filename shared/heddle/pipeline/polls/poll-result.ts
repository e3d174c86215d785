import { parseExactJson, stringifyExact } from '../../domain/exact-json.ts';
import { isDeeperThan, isJsonObject, type Json } from '../../domain/json.ts';
import type { FoundEvent } from '../../domain/ledger.ts';

/** Maximum length of a state: a snapshot of many files may be long. */
const MAX_STATE_CHARS = 50_000_000;
const MAX_CONTEXT_CHARS = 1_000_000;
/** Maximum length of all events of one poll: one document keeps them until they are sent. */
const MAX_CHARS = 20_000_000;
const MAX_EVENTS = 10_000;
const MAX_DEPTH = 50;
const MAX_WORD_CHARS = 128;

/** Checked result of a poll. */
export interface Result {
  readonly events: readonly FoundEvent[];
  /** The new state as JSON; undefined: the state stays as it was. */
  readonly stateJson: string | undefined;
  readonly problem?: string;
}

/**
 * Checks the return value of `poll`, whatever it is: types do not help where a poller is written in
 * JavaScript, or casts.
 * @throws {TypeError} it is something else; {@link RangeError} it is too much
 */
export function checkResult(value: unknown): Result {
  if (!isJsonObject(value)) throw createShapeError();
  const { outcome, events, state, problem } = value as Readonly<Record<string, unknown>>;
  const stateJson = state === undefined ? undefined : toStateJson(state);
  const kept = { stateJson, ...(typeof problem === 'string' ? { problem } : {}) };
  if (outcome === 'skip') return { events: [], ...kept };
  if (outcome !== 'fire' || !Array.isArray(events)) throw createShapeError();
  return { events: checkEvents(events), ...kept };
}

function createShapeError(): TypeError {
  return new TypeError('expected skip(), fire() or fireEach() from poll()');
}

function toStateJson(state: unknown): string {
  const text: string | undefined = stringifyExact(state);
  if (text === undefined) throw new TypeError('expected a state that JSON can say');
  if (text.length <= MAX_STATE_CHARS) return text;
  const found = `${text.length} characters of JSON, of which ${MAX_STATE_CHARS} are allowed`;
  throw new RangeError(`the state has ${found}: keep only what the next poll needs`);
}

function checkEvents(events: readonly unknown[]): readonly FoundEvent[] {
  if (events.length > MAX_EVENTS) {
    const found = `${events.length} events, of which ${MAX_EVENTS} are allowed`;
    throw new RangeError(`the poll has ${found}: leave some to the next`);
  }
  let chars = 0;
  return events.map((event) => {
    const { checked, length } = checkEvent(event);
    chars += length;
    if (chars <= MAX_CHARS) return checked;
    const found = `more than ${MAX_CHARS} characters of JSON`;
    throw new RangeError(`the events of the poll have ${found}: leave some to the next`);
  });
}

function checkEvent(given: unknown): { readonly checked: FoundEvent; readonly length: number } {
  const { context, event, type, time } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const text = stringifyExact(context) ?? 'null';
  const read = parseExactJson(text) as Json;
  if (!isJsonObject(read) || isDeeperThan(read, MAX_DEPTH)) {
    const expected = `expected an object of at most ${MAX_DEPTH} levels`;
    throw new TypeError(`the context that the poll fires with: ${expected}`);
  }
  if (text.length > MAX_CONTEXT_CHARS) {
    const found = `${text.length} characters of JSON, of which ${MAX_CONTEXT_CHARS} are allowed`;
    throw new RangeError(`the context that the poll fires with has ${found}: refer to the rest`);
  }
  const checked = { context: read, ...toWord(event), ...toType(type), ...toTime(time) };
  return { checked, length: text.length };
}

function toWord(event: unknown): Pick<FoundEvent, 'event'> {
  if (event === undefined) return {};
  if (typeof event === 'string' && event.length <= MAX_WORD_CHARS) return { event };
  throw new TypeError('the event of what the poll fires with: expected a word such as created');
}

function toType(type: unknown): Pick<FoundEvent, 'type'> {
  if (type === undefined) return {};
  const isType = typeof type === 'string' && type.length <= MAX_WORD_CHARS && /^\S+$/.test(type);
  if (isType) return { type };
  throw new TypeError('the type of what the poll fires with: expected one such as file_created');
}

function toTime(time: unknown): Pick<FoundEvent, 'time'> {
  if (time === undefined) return {};
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (!Number.isNaN(ms)) return { time: new Date(ms).toISOString() };
  const expected = 'expected an ISO 8601 timestamp such as 2026-01-31T08:00:00Z';
  throw new TypeError(`the time of what the poll fires with: ${expected}`);
}
