import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AnyModuleEvent } from '../../actors/emit-gate.ts';
import type { Emitted } from '../../actors/module-event.ts';
import { EMIT_SOURCE } from '../../domain/built-in-sources.ts';
import type { Cause } from '../../domain/cause.ts';
import { toJsonValues } from '../../domain/code-values.ts';
import { EmittedIdSchema, EmittedTypeSchema } from '../../domain/emitted.ts';
import { parseExactJson, stringifyExact, toPlainJson } from '../../domain/exact-json.ts';
import { isDeeperThan, isJsonObject, type JsonObject } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import { createMalformedError, MAX_DEPTH } from '../../sources/body.ts';
import { createMismatchError } from '../../sources/payload-schema.ts';
import type { Emitting } from '../engine/index.ts';
import { countIngested } from '../telemetry/index.ts';
import { enqueueEvent } from './enqueue-events.ts';

/** Maximum size of an emitted event: as much as most senders of webhooks may send. */
export const MAX_EMITTED_BYTES = 5 * 1024 * 1024;

/** An event to emit. */
export interface Emission {
  /** The event's type, or the registered event itself. */
  readonly event: string | AnyModuleEvent;
  readonly data: object;
  /** Undefined: `toId` makes one, or one is drawn. */
  readonly id?: string | undefined;
  readonly toId?: (type: string, dataJson: string) => string;
  /** Absent: the event begins a chain of its own. */
  readonly cause?: Cause;
}

/**
 * Emits an event of the source `emit`.
 * @throws {RejectedError} what the caller must change; {@link RetryableError} the queue does not accept
 */
export async function emitEvent(
  engine: Emitting,
  { event, data, id: asked, toId = () => randomUUID(), cause }: Emission,
): Promise<Emitted> {
  const type = parse(EmittedTypeSchema, typeof event === 'string' ? event : event.name, 'type');
  const known = typeof event === 'string' ? engine.runtime?.events.get(type) : event;
  if (known?.schema) await checkData(known.schema, data, `the event "${type}"`);
  const dataJson = toDataJson(data);
  const id = asked === undefined ? toId(type, dataJson) : parse(EmittedIdSchema, asked, 'id');
  const sent = await enqueueEvent(engine, EMIT_SOURCE, {
    ...{ id, type, data: parseExactJson(dataJson) as JsonObject, dataJson, ...cause },
    fields: known ? { module: known.source } : {},
  });
  const duplicates = sent === 'duplicate' ? 1 : 0;
  countIngested(engine, EMIT_SOURCE, { accepted: 1 - duplicates, duplicates });
  return { id };
}

/** @throws {RejectedError} 422 `schema_mismatch` with the paths at fault, never with a value */
export async function checkData(schema: z.ZodType, data: unknown, subject: string): Promise<void> {
  const checked = await schema.safeParseAsync(toPlainJson(data));
  if (checked.success) return;
  const described = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  throw createMismatchError(checked.error.issues, described, subject);
}

/** @throws {RejectedError} 400 `emit_invalid` */
export function parse(schema: z.ZodType<string>, value: unknown, what: string): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RejectedError('emit_invalid', `The event's ${what}: ${issue?.message}.`);
}

/** Converts to JSON text: dates become texts, undefined is left out. Undefined: it has none. */
function toDataJson(data: unknown): string {
  const text = stringify(data);
  if (text === undefined) throw createMalformedError('The data is not an object of JSON.');
  if (Buffer.byteLength(text) <= MAX_EMITTED_BYTES) return text;
  throw createTooLargeError();
}

function stringify(data: unknown): string | undefined {
  try {
    const text = stringifyExact(toJsonValues(data));
    const made: unknown = JSON.parse(text ?? 'null');
    return isJsonObject(made) && !isDeeperThan(made, MAX_DEPTH) ? text : undefined;
  } catch {
    // A circle, or too deep a nesting. The cause is left out, since it may quote the
    // data.
    return undefined;
  }
}

export function createTooLargeError(): RejectedError {
  const limit = `${MAX_EMITTED_BYTES} bytes`;
  return new RejectedError('body_too_large', `The data is larger than ${limit}.`);
}
