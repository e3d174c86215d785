import { z } from 'zod';
import type { Health } from '../health.ts';
import { defineRoute } from './route.ts';

const OutcomeSchema = z.strictObject({
  at: z.string(),
  ok: z.boolean(),
  fault: z.string().exactOptional(),
});

const PartSchema = z.strictObject({
  name: z.string(),
  technology: z.string(),
  state: z.enum(['ok', 'failing', 'unused']),
  fault: z.string().exactOptional(),
});

const SourceSchema = z.strictObject({
  name: z.string(),
  kind: z.string(),
  state: z.enum(['ready', 'refusing', 'failing', 'unused', 'disabled']),
  fault: z.string().exactOptional(),
  triggers: z.array(z.string()).readonly().exactOptional(),
});

const HealthSchema = z.strictObject({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  reasons: z.array(z.string()).readonly(),
  warnings: z.array(z.string()).readonly().exactOptional(),
  triggers: z.int().min(0),
  queued: z.int().min(0).exactOptional(),
  lagSeconds: z.int().min(0).exactOptional(),
  lastWrite: OutcomeSchema.exactOptional(),
  lastReceive: OutcomeSchema.exactOptional(),
  lastMessage: z.string().exactOptional(),
  parts: z.array(PartSchema).readonly().exactOptional(),
  sources: z.array(SourceSchema).readonly().exactOptional(),
  timed: z
    .strictObject({
      schedules: z.int().min(0),
      pollers: z.int().min(0),
      lastTick: z.string().exactOptional(),
    })
    .exactOptional(),
});

/** Load balancers and Azure's health check take an instance out of use at 503, and keep it at 200. */
const toStatus = ({ status }: Health) => (status === 'unhealthy' ? 503 : 200);

export const healthRoutes = [
  defineRoute('health', {
    summary: 'Reads whether the app is healthy, and each reason why it is not.',
    response: HealthSchema,
    status: toStatus,
    handler: (api) => api.checkHealth(),
  }),
] as const;
