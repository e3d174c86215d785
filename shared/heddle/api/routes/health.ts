import { z } from 'zod';
import { defineRoute } from './route.ts';

const HealthSchema = z.strictObject({
  status: z.enum(['healthy', 'degraded']),
  reasons: z.array(z.string()).readonly(),
  triggers: z.int().min(0),
  queued: z.int().min(0).exactOptional(),
});

export const healthRoutes = [
  defineRoute('health', {
    summary: 'Reads whether the app is healthy, and each reason why it is not.',
    response: HealthSchema,
    handler: (api) => api.checkHealth(),
  }),
] as const;
