import { z } from 'zod';
import { withRawJson } from '../../domain/code-event.ts';
import { toExactJson, toPlainJson } from '../../domain/exact-json.ts';
import { isDeeperThan, isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Secret } from '../../domain/secret.ts';
import { HeddleError, RetryableError } from '../../errors/errors.ts';
import { MAX_DEPTH } from '../body.ts';
import { createMismatchError } from '../payload-schema.ts';
import { createForgedError, requireSecrets } from '../secret.ts';
import type { RedactEvent, SourceEvent, WebhookRequest } from '../source.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * @throws {RejectedError} 401 unless the endpoint's `verifySignature` returns true
 * @throws {ConfigError} when the source has secrets and none of them is set
 */
export async function verifyByEndpoint(
  endpoint: Endpoint,
  { body, headers }: WebhookRequest,
  secrets: readonly Secret[],
): Promise<void> {
  const set = secrets.length === 0 ? [] : requireSecrets(secrets);
  let isGenuine: unknown;
  try {
    isGenuine = await endpoint.verifySignature?.(Buffer.from(body), headers, set);
  } catch (error) {
    if (error instanceof HeddleError) throw error;
    // No cause: it may quote the compared values.
  }
  if (isGenuine !== true) throw createForgedError();
}

/**
 * Applies the endpoint's schema, then its filter, then its transform. The first two judge what was
 * sent; what the transform is given may be kept, so it is redacted.
 * @returns the event to ingest; undefined when the filter refuses it
 * @throws {RejectedError} 422 when the payload does not fit the schema
 * @throws {RetryableError} when the endpoint's code fails: it may be fixed before the sender
 * retries
 */
export async function applyEndpoint(
  endpoint: Endpoint,
  event: SourceEvent,
  redact: RedactEvent,
): Promise<SourceEvent | undefined> {
  const { schema } = endpoint;
  const plain = toPlainJson(event.data);
  const checked = schema && (await attempt('schema', () => schema.safeParseAsync(plain)));
  if (schema && checked && !checked.success) {
    const described = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
    throw createMismatchError(checked.error.issues, described);
  }
  const sent = { ...event, data: checked ? (checked.data as JsonObject) : event.data };
  const isWanted = await attempt(
    'filter',
    () => endpoint.filter?.(toSeen(sent, event.data)) ?? true,
  );
  if (!isWanted) return undefined;
  if (!endpoint.transform) return event;
  const { dataJson: _, ...hidden } = redact(sent, event.data);
  const { data: raw } = redact(event, event.data);
  const made = await attempt('transform', async () =>
    toJson(await endpoint.transform?.(toSeen(hidden, raw))),
  );
  return { ...hidden, data: made };
}

/** @param raw whose text `rawJson` gives */
function toSeen({ id, type, data }: SourceEvent, raw: JsonObject) {
  return withRawJson({ id, type, data: toPlainJson(data) }, raw);
}

async function attempt<T>(part: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof HeddleError) throw error;
    // No message and no cause: they may quote the payload.
    const name = error instanceof Error ? error.name : typeof error;
    throw new RetryableError('endpoint_failed', `The endpoint's ${part} threw ${name}`);
  }
}

/** Converts to plain JSON: dates become texts, undefined is dropped. */
function toJson(made: unknown): JsonObject {
  const data = toExactJson(made);
  if (isJsonObject(data) && !isDeeperThan(data, MAX_DEPTH)) return data;
  const expected = `expected an object of at most ${MAX_DEPTH} levels from the endpoint's transform`;
  throw new RetryableError('endpoint_failed', expected);
}
