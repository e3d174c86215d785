import { hash } from 'node:crypto';

/** Maximum lengths of an event's type and id. */
export const MAX_TYPE_CHARS = 256;
export const MAX_ID_CHARS = 512;

/**
 * Characters that nobody sees: control and format characters, lone surrogates, and separators of
 * lines. They would forge lines of a log, and no file can name them.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const REPLACEMENT = '\ufffd';

/**
 * The type of an event from a sender's name for it: any text, with spaces, brackets and slashes. A
 * sender that is verified is not refused for its names, so unseen characters are replaced, and what
 * is too long is cut.
 * @returns undefined for anything but a text that is not blank
 */
export function toEventType(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const seen = name.replace(UNSEEN, REPLACEMENT).trim();
  return seen === '' ? undefined : cut(seen);
}

/** Cuts between characters: half of one is no text. */
function cut(name: string): string {
  if (name.length <= MAX_TYPE_CHARS) return name;
  const kept = name.slice(0, MAX_TYPE_CHARS);
  return (kept.isWellFormed() ? kept : kept.slice(0, -1)).trimEnd();
}

/**
 * The id of an event from a sender's id for it. One that is too long, or has unseen characters,
 * becomes a digest: two different ids must never become one.
 * @returns undefined for anything but a text that is not blank
 */
export function toEventId(id: unknown): string | undefined {
  if (typeof id !== 'string' || id.trim() === '') return undefined;
  const isKept = id.length <= MAX_ID_CHARS && id.search(UNSEEN) < 0;
  return isKept ? id : `sha256:${hash('sha256', toBytes(id))}`;
}

/** UTF-8 has no half of a character, so two ids with different halves would be one. */
function toBytes(id: string): string | Buffer {
  return id.isWellFormed() ? id : Buffer.from(id, 'utf16le');
}
