import { z } from 'zod';
import { isDeeperThan, isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Secret } from '../../domain/secret.ts';
import { HeddleError, RetryableError } from '../../errors/errors.ts';
import { MAX_DEPTH } from '../body.ts';
import { createMismatchError } from '../payload-schema.ts';
import { createForgedError, requireSecrets } from '../secret.ts';
import type { SourceEvent, WebhookRequest } from '../source.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * @throws {RejectedError} 401 for whatever the endpoint does not say is true
 * @throws {ConfigError} when the source has secrets of which none is set
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
    // Without the cause: it may quote what was compared.
  }
  if (isGenuine !== true) throw createForgedError();
}

/**
 * Schema, then filter, then transform.
 * @returns the event as it is to be taken in; undefined when the filter says no
 * @throws {RejectedError} 422 when the payload does not fit the schema
 * @throws {RetryableError} when the endpoint's code fails: it may be mended when the sender retries
 */
export async function applyEndpoint(
  endpoint: Endpoint,
  event: SourceEvent,
): Promise<SourceEvent | undefined> {
  const { schema } = endpoint;
  const checked = schema && (await attempt('schema', () => schema.safeParseAsync(event.data)));
  if (schema && checked && !checked.success) {
    const described = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
    throw createMismatchError(checked.error.issues, described);
  }
  const seen = { id: event.id, type: event.type, data: checked ? checked.data : event.data };
  const isWanted = await attempt('filter', () => endpoint.filter?.(seen) ?? true);
  if (!isWanted) return undefined;
  if (!endpoint.transform) return event;
  const made = await attempt('transform', async () => toJson(await endpoint.transform?.(seen)));
  const { dataJson: _, ...rest } = event;
  return { ...rest, data: made };
}

async function attempt<T>(part: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof HeddleError) throw error;
    // Neither the message nor the cause: they may quote the payload.
    const name = error instanceof Error ? error.name : typeof error;
    throw new RetryableError('endpoint_failed', `The endpoint's ${part} threw ${name}`);
  }
}

/** What JSON makes of it: dates become texts, undefined is left out. */
function toJson(made: unknown): JsonObject {
  const text: unknown = JSON.stringify(made);
  const data: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
  if (isJsonObject(data) && !isDeeperThan(data, MAX_DEPTH)) return data;
  const expected = `expected an object of at most ${MAX_DEPTH} levels from the endpoint's transform`;
  throw new RetryableError('endpoint_failed', expected);
}
