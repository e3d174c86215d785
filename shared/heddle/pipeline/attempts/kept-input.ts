import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { redactJson } from '../../domain/redact.ts';
import type { RunNotes } from '../../domain/run-notes.ts';

/** Characters of JSON that are kept of an input. */
const MAX_CHARS = 16_000;

/** A text is redacted before it is cut, and no further than this. */
const MAX_REDACTED_CHARS = 20_000;

const MAX_DEPTH = 200;

type Redact = (text: string) => string;

/** What is kept of an input: all of it, or its beginning, of the same form. */
export function toKeptInput(
  input: JsonObject,
  redact: Redact,
): Required<Pick<RunNotes, 'input' | 'inputIs'>> {
  const copying: Copying = { redact, left: MAX_CHARS, isCut: false };
  const kept = copy(input, copying, 0);
  return { input: kept, inputIs: copying.isCut ? 'cut' : 'kept' };
}

interface Copying {
  readonly redact: Redact;
  left: number;
  isCut: boolean;
}

function copy(value: Json, copying: Copying, depth: number): Json {
  if (depth > MAX_DEPTH) return cutOff(copying);
  if (Array.isArray(value)) return copyList(value, copying, depth);
  if (isJsonObject(value)) return copyObject(value, copying, depth);
  if (typeof value === 'string') return copyText(value, copying);
  const safe = redactJson(value, copying.redact);
  copying.left -= String(safe).length + 1;
  return safe;
}

function cutOff(copying: Copying): string {
  copying.isCut = true;
  return '…';
}

function copyText(text: string, copying: Copying): string {
  const safe = copying.redact(text.slice(0, MAX_REDACTED_CHARS));
  const room = Math.max(0, copying.left);
  copying.left -= safe.length + 3;
  if (safe.length <= room && text.length <= MAX_REDACTED_CHARS) return safe;
  return safe.slice(0, room) + cutOff(copying);
}

function copyList(list: readonly Json[], copying: Copying, depth: number): Json {
  copying.left -= 2;
  const kept: Json[] = [];
  for (const item of list) {
    if (copying.left <= 0) {
      copying.isCut = true;
      break;
    }
    kept.push(copy(item, copying, depth + 1));
  }
  return kept;
}

function copyObject(object: JsonObject, copying: Copying, depth: number): Json {
  copying.left -= 2;
  const kept: (readonly [string, Json])[] = [];
  for (const [key, value] of Object.entries(object)) {
    if (copying.left <= 0) {
      copying.isCut = true;
      break;
    }
    const name = copyText(key, copying);
    kept.push([name, copy(value, copying, depth + 1)]);
  }
  return Object.fromEntries(kept);
}
