import { z } from 'zod';
import { createLiveUrl, LiveQuerySchema } from '../live.ts';
import { defineRoute } from './route.ts';

export const liveRoutes = [
  defineRoute('api-live', {
    summary: 'Creates the URL at which a page listens to what actors send with `web-pubsub`.',
    query: LiveQuerySchema,
    response: z.strictObject({ url: z.string() }),
    isLogged: true,
    handler: ({ sinks }, { query }) => createLiveUrl(sinks, query),
  }),
] as const;
