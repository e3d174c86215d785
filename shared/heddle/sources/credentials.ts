import { isExact } from '../domain/exact-number.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { SourceEvent } from './source.ts';

/**
 * Whether the value of a key is a credential of the sender.
 * @param owner the object that has the key
 */
export type IsCredential = (key: string, owner: JsonObject) => boolean;

/** Recognizes keys by their whole names, in either case. */
export function toKeyTest(...names: readonly string[]): IsCredential {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return (key) => known.has(key.toLowerCase());
}

/**
 * Names that clients and senders give to credentials, as a header, a parameter or a key:
 * `access_token`, `X-Api-Key`, `clientSecret`, `Cookie`, `sig`.
 */
export function isCredentialName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return ENDINGS.test(plain) || WHOLE.has(plain);
}

const ENDINGS =
  /(?:token|secret|password|passwd|passphrase|authorization|cookie|credential|credentials|apikey|accesskey|accountkey|functionskey|subscriptionkey|privatekey|sharedkey|signature|jwt|bearer|clientprincipal)$/;
const WHOLE = new Set(['auth', 'code', 'key', 'pass', 'pwd', 'sas', 'sig', 'sid', 'ticket']);

/** A token of three parts that says what it is: `eyJhbGciOi….eyJzdWIiOi….c2ln`. */
const JWT = /eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/;

export function isToken(text: string): boolean {
  return JWT.test(text);
}

/**
 * Removes credentials from an event's data, at any depth. Only texts, numbers and lists of these are
 * one: what is nested under such a key is looked through.
 */
export function withoutCredentials(event: SourceEvent, isCredential: IsCredential): SourceEvent {
  const data = strip(event.data, isCredential) as JsonObject;
  if (data === event.data) return event;
  // The sender's JSON text has them too.
  const { dataJson: _, ...rest } = event;
  return { ...rest, data };
}

/** @returns the same value where nothing is to be removed: payloads are large, credentials rare */
function strip(value: Json, isCredential: IsCredential): Json {
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => strip(item, isCredential));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  let stripped: Record<string, Json> | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key] as Json;
    const isTaken = isLeaf(item) && isCredential(key, value);
    const kept = isTaken ? undefined : strip(item, isCredential);
    if (kept === item) continue;
    stripped ??= { ...value };
    if (kept === undefined) delete stripped[key];
    else stripped[key] = kept;
  }
  return stripped ?? value;
}

function isLeaf(value: Json): boolean {
  if (Array.isArray(value)) return value.every(isLeaf);
  return typeof value === 'string' || typeof value === 'number' || isExact(value);
}
