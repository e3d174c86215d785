import { app as host } from '@azure/functions';
import { createApp } from '../shared/app.ts';
import { loadConfig } from '../shared/config.ts';
import { createReadHandler } from './api.ts';
import { createWebhookHandler } from './webhooks.ts';

const app = createApp(loadConfig(process.env));

host.http('webhooks-github', {
  route: 'webhooks/github',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: createWebhookHandler(app, 'github'),
});

host.http('health', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: createReadHandler(app, () => app.health()),
});

host.http('api-events', {
  route: 'api/v1/events',
  methods: ['GET'],
  authLevel: 'function',
  handler: createReadHandler(app, ({ query }) => app.listEvents(query)),
});

host.http('api-event', {
  route: 'api/v1/events/{id}',
  methods: ['GET'],
  authLevel: 'function',
  handler: createReadHandler(app, ({ params, query }) =>
    app.getEvent(params.id ?? '', query.get('source') ?? undefined),
  ),
});

host.http('api-runs', {
  route: 'api/v1/runs',
  methods: ['GET'],
  authLevel: 'function',
  handler: createReadHandler(app, ({ query }) => app.listRuns(query)),
});

host.http('api-run', {
  route: 'api/v1/runs/{id}',
  methods: ['GET'],
  authLevel: 'function',
  handler: createReadHandler(app, ({ params }) => app.getRun(params.id ?? '')),
});

host.hook.appStart(() => app.start());
host.hook.appTerminate(() => app.stop());
