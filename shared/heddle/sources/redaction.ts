import { isJsonNumber } from '../domain/exact-number.ts';
import { toHiddenId } from '../domain/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { REDACTED } from '../domain/redact.ts';
import type { RedactEvent, SourceEvent } from './source.ts';

/** A key or an index; `any` means all of them. */
type Step = { readonly key: string } | 'any';

interface Path {
  readonly steps: readonly Step[];
  /** True if it begins with `$`: it then applies to the payload only. */
  readonly isRooted: boolean;
}

/** A step of a path: `.name`, `.*`, `[3]`, `[*]`, `['any name']`. */
const STEP = /\.(?:([^.[\]*\s'"]+)|(\*))|\[(?:(\d+)|(\*)|'([^']*)'|"([^"]*)")\]/y;

/** Shorter texts occur in others by chance. */
const MIN_CONTAINED_CHARS = 4;

/**
 * Removes the values at these paths from an event, before any of it is stored.
 *
 * 1. The form of a path never makes it miss a value: a name applied to a list means each item, and
 *    `data.x` and `fields.x` also mean the payload's own `data` and `fields`.
 * 2. Copies are removed too: a normalized field that equals a removed text or number, and a subject
 *    or id that contains a removed text. An id becomes a digest, so that duplicates are still
 *    detected.
 * 3. The sender's JSON text is always dropped: for a repeated key it contains both values.
 * 4. What code has made of a payload, given with what was `sent`, has none of the values under another
 *    name, in another case, or within another text.
 *
 * @param paths paths without a fault by {@link findPathFault}
 * @example createRedaction(['user.email', '$.items[*].card', 'fields.sender'])
 */
export function createRedaction(paths: readonly string[]): RedactEvent {
  const parsed = paths.flatMap((path) => parsePath(path) ?? []);
  const ofData = parsed.flatMap((path) => [path.steps, ...toRest(path, 'data')]);
  const ofFields = parsed.flatMap((path) => toRest(path, 'fields'));
  const hasSubject = paths.includes('subject');
  return ({ dataJson: _json, subject, ...event }: SourceEvent, sent?: JsonObject) => {
    const taken = new Set<string>();
    if (sent) ofData.reduce((from, steps) => take(from, steps, taken), sent);
    const found = ofData.reduce((from, steps) => take(from, steps, taken), event.data);
    const data = sent ? (hide(found, createHiding(taken)) as JsonObject) : found;
    const named = ofFields.reduce((from, steps) => take(from, steps, taken), event.fields);
    const fields = replaceCopies(named, taken) as JsonObject;
    const id = holds(event.id, taken) ? toHiddenId(event.id) : event.id;
    const isHidden = hasSubject || holds(subject ?? '', taken);
    const about = subject === undefined ? {} : { subject: isHidden ? REDACTED : subject };
    return { ...event, ...about, id, data, fields };
  };
}

/** The fault of a path, for the triggers file's list of faults. */
export function findPathFault(path: string): string | undefined {
  if (parsePath(path)) return undefined;
  return `expected a path such as user.email, $.items[*].card, fields.sender or user['first name'], found ${JSON.stringify(path)}`;
}

function parsePath(path: string): Path | undefined {
  const isRooted = path.startsWith('$');
  const text = isRooted ? path.slice(1) : path.replace(/^(?!\[)/, '.');
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (!match) return undefined;
    const [, name, each, index, every, quoted, doublyQuoted] = match;
    const key = name ?? index ?? quoted ?? doublyQuoted;
    steps.push(each || every || key === undefined ? 'any' : { key });
    at = STEP.lastIndex;
  }
  return steps.length === 0 ? undefined : { steps, isRooted };
}

/** Steps after a first one of this name, if it may mean that part of the event. */
function toRest({ steps, isRooted }: Path, part: string): readonly (readonly Step[])[] {
  const [first, ...rest] = steps;
  const isPart = !isRooted && typeof first === 'object' && first.key === part;
  return isPart && rest.length > 0 ? [rest] : [];
}

function take(from: JsonObject, steps: readonly Step[], taken: Set<string>): JsonObject {
  return replaceAt(from, steps, taken) as JsonObject;
}

/** Visits each value at most once. @returns a copy: the source may still use the original */
function replaceAt(value: Json, [step, ...rest]: readonly Step[], taken: Set<string>): Json {
  if (step === undefined) {
    collectTexts(value, taken);
    return REDACTED;
  }
  if (Array.isArray(value)) return replaceInList(value, step, rest, taken);
  if (!isJsonObject(value)) return value;
  if (step !== 'any') {
    const item = Object.hasOwn(value, step.key) ? value[step.key] : undefined;
    return item === undefined ? value : { ...value, [step.key]: replaceAt(item, rest, taken) };
  }
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, replaceAt(item, rest, taken)]));
}

function replaceInList(
  items: readonly Json[],
  step: Step,
  rest: readonly Step[],
  taken: Set<string>,
): Json {
  if (step === 'any') return items.map((item) => replaceAt(item, rest, taken));
  if (!/^\d+$/.test(step.key)) return items.map((item) => replaceAt(item, [step, ...rest], taken));
  const index = Number(step.key);
  return items.map((item, at) => (at === index ? replaceAt(item, rest, taken) : item));
}

/** Skips true, false and null: equal values elsewhere reveal nothing. */
function collectTexts(value: Json, texts: Set<string>): void {
  if (typeof value === 'string' && value !== '') texts.add(value);
  if (isJsonNumber(value)) texts.add(String(value));
  if (typeof value !== 'object' || value === null || isJsonNumber(value)) return;
  for (const item of Object.values(value)) collectTexts(item, texts);
}

function replaceCopies(value: Json, taken: ReadonlySet<string>): Json {
  if (typeof value === 'string' || isJsonNumber(value)) {
    return taken.has(String(value)) ? REDACTED : value;
  }
  if (Array.isArray(value)) return value.map((item) => replaceCopies(item, taken));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, replaceCopies(item, taken)]));
}

/** Looks for texts without regard to case; shorter ones count as a whole text only. */
function createHiding(taken: ReadonlySet<string>): (text: string) => string {
  const patterns = [...taken].map((text) => {
    const literal = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return new RegExp(text.length < MIN_CONTAINED_CHARS ? `^${literal}$` : literal, 'gi');
  });
  return (text) => patterns.reduce((rest, pattern) => rest.replace(pattern, REDACTED), text);
}

/** Looks through plain objects and lists: code may have made others, which JSON turns into texts. */
function hide(value: Json, without: (text: string) => string): Json {
  if (typeof value === 'string') return without(value);
  if (typeof value === 'number') return without(String(value)) === REDACTED ? REDACTED : value;
  if (Array.isArray(value)) return value.map((item) => hide(item, without));
  if (!isJsonObject(value) || !isPlain(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, hide(item, without)]));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function holds(text: string, taken: ReadonlySet<string>): boolean {
  if (taken.has(text)) return true;
  for (const one of taken) {
    if (one.length >= MIN_CONTAINED_CHARS && text.includes(one)) return true;
  }
  return false;
}
