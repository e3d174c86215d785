import { type HttpRequest, app as host } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { createReadHandler } from './api.ts';
import { readJson } from './body.ts';

/** A started replay is answered 202, a preview 200. */
const ACCEPTED = (answer: unknown) =>
  typeof answer === 'object' && answer !== null && 'sample' in answer ? 200 : 202;

/** In Azure these endpoints need a function key, as the rest of the API does. */
export function registerReplays(app: () => App): void {
  const add = (
    name: string,
    [method, route]: readonly ['GET' | 'POST', string],
    act: (request: HttpRequest) => Promise<unknown>,
    toStatus?: (answer: unknown) => number,
  ) =>
    host.http(name, {
      route: `api/v1/${route}`,
      methods: [method],
      authLevel: 'function',
      handler: createReadHandler(app, act, toStatus),
    });
  const run = async (request: HttpRequest) =>
    app().replayRun(request.params.id ?? '', await toAsked(request));
  const event = async (request: HttpRequest) =>
    app().replayEvent(request.params.id ?? '', await toAsked(request));
  const start = async (request: HttpRequest) => app().startReplay(await toAsked(request));
  add('api-replay-run', ['POST', 'runs/{id}/replay'], run, ACCEPTED);
  add('api-replay-event', ['POST', 'events/{id}/replay'], event, ACCEPTED);
  add('api-replay-start', ['POST', 'replays'], start, ACCEPTED);
  add('api-replays', ['GET', 'replays'], ({ query }) => app().listReplays(query));
  add('api-replay', ['GET', 'replays/{id}'], ({ params }) => app().getReplay(params.id ?? ''));
  add('api-replay-abort', ['POST', 'replays/{id}/abort'], ({ params }) =>
    app().abortReplay(params.id ?? ''),
  );
  add('api-replay-resume', ['POST', 'replays/{id}/resume'], ({ params }) =>
    app().resumeReplay(params.id ?? ''),
  );
}

async function toAsked(request: HttpRequest) {
  const key = request.headers.get('idempotency-key') ?? undefined;
  return { query: request.query, body: await readJson(request), key };
}
