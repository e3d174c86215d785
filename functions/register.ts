import { app as host } from '@azure/functions';
import type { App } from '../shared/app.ts';
import { createReadHandler } from './api.ts';
import { createWebhookHandler } from './webhooks.ts';

/** Every function of the product, and the app's life within the host's. */
export function registerFunctions(app: App): void {
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
  registerReadSide(app);
  host.hook.appStart(() => app.start());
  host.hook.appTerminate(() => app.stop());
}

/** In Azure these ask for a function key; on a laptop, as with `func start`, they do not. */
function registerReadSide(app: App): void {
  const get = (name: string, route: string, read: Parameters<typeof createReadHandler>[1]) =>
    host.http(name, {
      route: `api/v1/${route}`,
      methods: ['GET'],
      authLevel: 'function',
      handler: createReadHandler(app, read),
    });
  get('api-events', 'events', ({ query }) => app.listEvents(query));
  get('api-event', 'events/{id}', ({ params, query }) =>
    app.getEvent(params.id ?? '', query.get('source') ?? undefined),
  );
  get('api-runs', 'runs', ({ query }) => app.listRuns(query));
  get('api-run', 'runs/{id}', ({ params }) => app.getRun(params.id ?? ''));
}
