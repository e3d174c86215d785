import type { HttpHandler, HttpRequest } from '@azure/functions';
import type { App } from '../shared/app.ts';
import { toJsonAnswer, toProblem } from './reply.ts';

/** A handler that answers 200 with what `read` returns. */
export function createReadHandler(
  app: () => App,
  read: (request: HttpRequest) => Promise<unknown>,
): HttpHandler {
  return async (request) => {
    try {
      return toJsonAnswer(200, await read(request), { 'cache-control': 'no-store' });
    } catch (error) {
      return toProblem(error, app().logger);
    }
  };
}
