import { createHash, randomUUID } from 'node:crypto';
import { isJsonNumber } from '../../domain/exact-number.ts';
import type { JsonObject } from '../../domain/json.ts';
import { toEventId, toEventType } from '../../domain/names.ts';
import { RejectedError } from '../../errors/errors.ts';
import { read, readText } from '../read.ts';
import type { WebhookRequest } from '../source.ts';
import type { CustomSettings } from './settings.ts';

/**
 * Headers that identify an event by definition and stay the same on a retry. `X-Request-Id` does
 * not: proxies may make a new one for each attempt, or use one for many requests.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
const ID_HEADERS = ['webhook-id', 'idempotency-key'];

/**
 * Returns the sender's id of an event, or else a new one for each request. A hash of the body is
 * used only if configured: different events may have equal bodies.
 * @throws {RejectedError} 400 when the configured place has no id
 */
export function toId(settings: CustomSettings, request: WebhookRequest, data: JsonObject): string {
  const { idHeader, idPath, idFrom } = settings;
  const { headers, body } = request;
  if (idFrom === 'body-hash') return createHash('sha256').update(body).digest('hex');
  if (idHeader !== undefined) return requireId(headers.get(idHeader), `the header ${idHeader}`);
  if (idPath !== undefined) return requireId(toText(data, idPath), `"${idPath}" of the payload`);
  const given = ID_HEADERS.map((name) => toEventId(headers.get(name)));
  return given.find((id) => id !== undefined) ?? randomUUID();
}

/** Returns the type from the configured place, or `received` if there is none. */
export function toType(
  { typeHeader, typePath }: CustomSettings,
  { headers }: WebhookRequest,
  data: JsonObject,
): string {
  const ofHeader = typeHeader === undefined ? undefined : headers.get(typeHeader);
  const ofPath = typePath === undefined ? undefined : toText(data, typePath);
  return toEventType(ofHeader ?? ofPath) ?? 'received';
}

function toText(data: JsonObject, path: string): string | undefined {
  const value = read(data, ...path.split('.'));
  return isJsonNumber(value) ? String(value) : readText({ value: value ?? null }, 'value');
}

function requireId(value: string | null | undefined, place: string): string {
  const id = toEventId(value);
  if (id !== undefined) return id;
  throw new RejectedError('id_missing', `Expected the event's id in ${place}.`);
}
