import { createHash, randomUUID } from 'node:crypto';
import type { JsonObject } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import { read, readText } from '../read.ts';
import type { WebhookRequest } from '../source.ts';
import type { CustomSettings } from './settings.ts';

const MAX_ID_CHARS = 512;

/**
 * Headers that by their definition tell events apart and stay the same on a retry. `X-Request-Id`
 * is none of them: proxies make a new one for each attempt, or hand one on to many requests.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
const ID_HEADERS = ['webhook-id', 'idempotency-key'];

/**
 * The sender's id of an event, or one of its own for each request. A hash of the body only where
 * the configuration says so: two events may well have equal bodies.
 * @throws {RejectedError} 400 when the configuration says where the id is, and it is not there
 */
export function toId(settings: CustomSettings, request: WebhookRequest, data: JsonObject): string {
  const { idHeader, idPath, idFrom } = settings;
  const { headers, body } = request;
  if (idFrom === 'body-hash') return createHash('sha256').update(body).digest('hex');
  if (idHeader !== undefined) return requireId(headers.get(idHeader), `the header ${idHeader}`);
  if (idPath !== undefined) return requireId(toText(data, idPath), `"${idPath}" of the payload`);
  return ID_HEADERS.map((name) => headers.get(name)).find(isId) ?? randomUUID();
}

/** What the configuration says is the type, where it is there and can be one; else `received`. */
export function toType(
  { typeHeader, typePath }: CustomSettings,
  { headers }: WebhookRequest,
  data: JsonObject,
): string {
  const ofHeader = typeHeader === undefined ? undefined : headers.get(typeHeader);
  const ofPath = typePath === undefined ? undefined : readText(data, ...typePath.split('.'));
  const type = ofHeader ?? ofPath;
  return type !== undefined && /^\w[\w.:/-]{0,255}$/.test(type) ? type : 'received';
}

function toText(data: JsonObject, path: string): string | undefined {
  const value = read(data, ...path.split('.'));
  return typeof value === 'number' ? String(value) : readText({ value: value ?? null }, 'value');
}

function requireId(value: string | null | undefined, place: string): string {
  if (isId(value)) return value;
  throw new RejectedError(400, 'id_missing', `Expected the event's id in ${place}.`);
}

/** No control characters and no lone surrogates: an id is part of URLs. */
function isId(value: string | null | undefined): value is string {
  return typeof value === 'string' && value.length <= MAX_ID_CHARS && /^[^\p{C}]+$/u.test(value);
}
