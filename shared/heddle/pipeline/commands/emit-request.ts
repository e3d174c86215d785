import { z } from 'zod';
import { JsonObjectSchema } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import type { Reply } from '../../sources/source.ts';
import type { Engine } from '../engine/index.ts';
import { emitEvent } from '../events/index.ts';
import { type PostRequest, parseBody, readIdempotencyKey } from './post-body.ts';

const BodySchema = z.strictObject({
  /** The event's type. */
  endpoint: z.string(),
  data: JsonObjectSchema.default({}),
  /** The event's id. Absent: that of the header `Idempotency-Key`, or one that is drawn. */
  id: z.string().optional(),
});

/**
 * Emits the event that a caller of the API sends.
 * @throws {RejectedError} 400, 413, 415; 422 where the data does not fit the event's schema
 */
export async function emitRequest(engine: Engine, request: PostRequest): Promise<Reply> {
  const parsed = BodySchema.safeParse(parseBody(request));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
    const message = `The body must be { "endpoint": …, "data": { … }, "id": … }: ${faults.join('; ')}`;
    throw new RejectedError(400, 'emit_invalid', message);
  }
  const { endpoint: event, data, id = readIdempotencyKey(request) } = parsed.data;
  const { traceparent } = request;
  const emitted = await emitEvent({ ...engine, traceparent }, { event, data, id });
  return { status: 202, json: { id: emitted.id } };
}
