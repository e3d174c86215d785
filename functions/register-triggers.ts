import { type HttpHandler, type HttpRequest, app as host } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { createReadHandler } from './api.ts';
import { readJson } from './body.ts';
import { toAnswer, toJsonAnswer, toProblem } from './reply.ts';

/** In Azure these endpoints need a function key, as the rest of the API does. */
export function registerTriggers(app: () => App): void {
  const add = (name: string, method: 'GET' | 'POST', route: string, handler: HttpHandler) =>
    host.http(name, {
      route: `api/v1/${route}`,
      methods: [method],
      authLevel: 'function',
      handler,
    });
  const get = (name: string, route: string, read: (request: HttpRequest) => Promise<unknown>) =>
    add(name, 'GET', route, createReadHandler(app, read));
  const post = (name: string, route: string, act: (request: HttpRequest) => Promise<unknown>) =>
    add(name, 'POST', route, createReadHandler(app, act));
  get('api-triggers', 'triggers', ({ query }) => app().listTriggers(query));
  get('api-trigger-stats', 'triggers/stats', () => app().getTriggerStats());
  get('api-trigger-all-events', 'triggers/events', ({ query }) => app().listEvents(query));
  // The host tries routes in the order of function names: this one comes after the fixed paths.
  get('api-trigger-view', 'triggers/{name}', ({ params }) => app().getTrigger(params.name ?? ''));
  get('api-trigger-events', 'triggers/{name}/events', ({ params, query }) =>
    app().listTriggerEvents(params.name ?? '', query),
  );
  get('api-trigger-runs', 'triggers/{name}/runs', ({ params, query }) =>
    app().listTriggerRuns(params.name ?? '', query),
  );
  post('api-trigger-pause', 'triggers/{name}/pause', async (request) =>
    app().pauseTrigger(request.params.name ?? '', await readJson(request)),
  );
  post('api-trigger-resume', 'triggers/{name}/resume', ({ params }) =>
    app().resumeTrigger(params.name ?? ''),
  );
  post('api-run-cancel', 'runs/{id}/cancel', async (request) =>
    app().cancelRun(request.params.id ?? '', await readJson(request)),
  );
  const explainEvent = createExplainHandler(app, ({ params, query }) =>
    app().explainEvent(params.id ?? '', query),
  );
  const explainTrigger = createExplainHandler(app, ({ params, query }) =>
    app().explainTrigger(params.name ?? '', query),
  );
  add('api-event-explain', 'GET', 'events/{id}/explain', explainEvent);
  add('api-trigger-explain', 'GET', 'triggers/{name}/explain', explainTrigger);
}

/** Creates a handler that responds with JSON, or with text for a person who asks for it. */
function createExplainHandler(
  app: () => App,
  explain: (
    request: HttpRequest,
  ) => Promise<{ readonly json: unknown; readonly toText: () => string }>,
): HttpHandler {
  return async (request) => {
    const headers = { 'cache-control': 'no-store', vary: 'accept' };
    try {
      const { json, toText } = await explain(request);
      if (!wantsText(request)) return toJsonAnswer(200, json, headers);
      return toAnswer({ status: 200, text: toText(), headers });
    } catch (error) {
      return toProblem(error, app().logger);
    }
  };
}

function wantsText({ query, headers }: HttpRequest): boolean {
  const format = query.get('format');
  if (format !== null) return format === 'text';
  const [first = ''] = (headers.get('accept') ?? '').split(',');
  return first.trim().toLowerCase().startsWith('text/plain');
}
