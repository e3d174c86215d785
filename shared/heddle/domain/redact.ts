import { isJsonNumber } from './exact-number.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** Shorter values would also remove harmless text, and are no real secrets. */
const MIN_SECRET_CHARS = 6;

/** Replaces each value of an event that its source's `redact` names. */
export const REDACTED = '[redacted]';

/** Whether a redacted value is at this place, or is what the place is within. */
export function isRedactedAt(value: unknown, path: readonly PropertyKey[]): boolean {
  if (value === REDACTED) return true;
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, key) && isRedactedAt(Reflect.get(value, key), rest);
}

/** How far an error is looked through: a library may have laid a whole connection beside it. */
const MAX_DEPTH = 6;
const MAX_OBJECTS = 500;

/** Replaces each secret. */
const HIDDEN = '***';

/** Removes known secret values from texts that are stored, logged or shown. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const texts = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARS);
  const known = [...new Set(texts.flatMap(toSpellings))];
  // Longest first: a shorter secret within a longer one would leave the rest of it visible.
  known.sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

/** JSON escapes quotes and line ends, and URLs most signs, so they spell a secret differently. */
function toSpellings(text: string): readonly string[] {
  const inUrl = text.isWellFormed() ? encodeURIComponent(text) : text;
  return [text, JSON.stringify(text).slice(1, -1), inUrl];
}

/** Parts of a connection string that are secret on their own. */
const SECRET_PARTS =
  /(?:^|;)\s*(?:AccountKey|AccessKey|SharedAccessKey|SharedAccessSignature|Password|Pwd)\s*=\s*([^;]+)/gi;

/** The password of a URL: `amqps://user:password@host`. */
const IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;

/**
 * Forms in which a secret may appear: it may be trimmed, a service shows `Bearer x` as `x`, and a
 * library quotes the key of a connection string, the password of a URL, or what is after its host,
 * alone.
 */
export function toSecretTexts(value: string): readonly string[] {
  const trimmed = value.trim();
  const parts = [...trimmed.matchAll(SECRET_PARTS)].map(([, part = '']) => part);
  const [, password] = IN_URL.exec(trimmed) ?? [];
  const alone = password === undefined ? parts : [...parts, password];
  return [value, trimmed, trimmed.replace(/^\S+\s+/, ''), ...alone, ...toUrlParts(trimmed)];
}

/** Shorter parts of a URL are more likely to be words than tokens. */
const MIN_PATH_CHARS = 16;
const MIN_QUERY_CHARS = 8;

/** A service that echoes a request shows its path, its query or a token of them without the host. */
function toUrlParts(text: string): readonly string[] {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  if (!url) return [];
  const { href, pathname, search, searchParams } = url;
  const paths = [`${pathname}${search}`, ...pathname.split('/')];
  return [
    href,
    ...paths.filter((part) => part.length >= MIN_PATH_CHARS),
    ...[...searchParams.values()].filter((part) => part.length >= MIN_QUERY_CHARS),
  ];
}

/**
 * Removes secrets from an error in place, so that it stays of its class: from its message and stack,
 * and from those of its causes.
 * @param isLast whether nothing works on: then also from what a library has laid beside them, such as
 * the headers of a request. Before that it may belong to a client that is in use.
 */
export function redactError(error: unknown, redact: Redact, { isLast = false } = {}): void {
  if (error instanceof Error) redactWithin(error, { redact, isLast, depth: 0, seen: new Set() });
}

type Redact = (text: string) => string;

interface Within {
  readonly redact: Redact;
  readonly isLast: boolean;
  readonly depth: number;
  readonly seen: Set<object>;
}

function redactWithin(owner: object, within: Within): void {
  const { redact, isLast, depth, seen } = within;
  if (depth > MAX_DEPTH || seen.has(owner) || seen.size > MAX_OBJECTS) return;
  seen.add(owner);
  for (const [name, { value, enumerable = false }] of listProperties(owner)) {
    if (typeof value === 'string') {
      const safe = redact(value);
      // An error may be frozen: then nothing happens.
      const changed = { value: safe, enumerable, configurable: true, writable: true };
      if (safe !== value) Reflect.defineProperty(owner, name, changed);
    } else if (isLast ? isObject(value) : isOfError(name, value)) {
      redactWithin(value, { ...within, depth: depth + 1 });
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A cause, or the list of an `AggregateError`. */
function isOfError(name: string, value: unknown): value is object {
  return value instanceof Error || (name === 'errors' && Array.isArray(value));
}

/** Getters are not asked, but for that of the stack, of which every error has one. */
function listProperties(owner: object): readonly (readonly [string, PropertyDescriptor])[] {
  const own = Object.entries(Object.getOwnPropertyDescriptors(owner));
  const known = own.filter(([name, { get }]) => get === undefined && name !== 'stack');
  return owner instanceof Error ? [['stack', { value: owner.stack }], ...known] : known;
}

/** Removes secrets from texts and keys in a value, and replaces numbers that equal one. */
export function redactJson(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value);
  if (isJsonNumber(value)) {
    return redact(String(value)) === HIDDEN ? HIDDEN : value;
  }
  if (Array.isArray(value)) return value.map((item) => redactJson(item, redact));
  return isJsonObject(value) ? redactObject(value, redact) : value;
}

/** @see redactJson */
export function redactObject(value: JsonObject, redact: (text: string) => string): JsonObject {
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [redact(key), redactJson(item, redact)]));
}
