import { z } from 'zod';
import { JsonObjectSchema } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import { executeTrigger } from '../../pipeline/commands/index.ts';
import { emitEvent } from '../../pipeline/events/index.ts';
import type { Api } from '../api.ts';
import { defineRoute, type RouteRequest } from './route.ts';

const EmitSchema = z.strictObject({
  /** The event's type. */
  endpoint: z.string(),
  data: JsonObjectSchema.default({}),
  /** The event's id. Absent: the header `Idempotency-Key`, else one is drawn. */
  id: z.string().optional(),
});

const EmittedSchema = z.strictObject({ id: z.string() });
const ExecutedSchema = z.strictObject({
  eventId: z.string(),
  runId: z.string(),
  /** All runs of a trigger without an actor, one for each subscriber; `runId` is the first. */
  runIds: z.array(z.string()).readonly().optional(),
});

const emitted = {
  body: EmitSchema,
  toBodyError: (faults: string) =>
    new RejectedError(
      'emit_invalid',
      `The body must be { "endpoint": …, "data": { … }, "id": … }: ${faults}`,
    ),
  takesKey: true,
  response: EmittedSchema,
  status: 202,
  headers: {},
  handler: emit,
} as const;

export const emitRoutes = [
  defineRoute('api-emit', {
    summary: 'Accepts an event of the caller’s own.',
    ...emitted,
  }),
  defineRoute('api-trigger-emit', {
    summary: 'Accepts an event of the caller’s own: a second path to the same route.',
    ...emitted,
  }),
  defineRoute('api-trigger-execute', {
    summary: 'Runs a manual trigger with the body as data.',
    body: JsonObjectSchema,
    takesKey: true,
    response: ExecutedSchema,
    status: 202,
    headers: {},
    async handler(api, { params, body: data, key, traceparent }) {
      await api.assertAccepting();
      return executeTrigger({ ...api.engine, traceparent }, params.name, { data, key });
    },
  }),
] as const;

type EmitRequest = RouteRequest<unknown, unknown, z.output<typeof EmitSchema>>;

async function emit(api: Api, { body, key, traceparent }: EmitRequest) {
  await api.assertAccepting();
  const { endpoint: event, data, id = key } = body;
  return emitEvent({ ...api.engine, traceparent }, { event, data, id });
}
