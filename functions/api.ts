import type { HttpHandler, HttpRequest } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { toJsonAnswer, toProblem } from './reply.ts';

/** Creates a handler that responds with the result of `read`, with status 200 by default. */
export function createReadHandler(
  app: () => App,
  read: (request: HttpRequest) => Promise<unknown>,
  toStatus: (answer: unknown) => number = () => 200,
): HttpHandler {
  return async (request) => {
    try {
      const answer = await read(request);
      return toJsonAnswer(toStatus(answer), answer, { 'cache-control': 'no-store' });
    } catch (error) {
      return toProblem(error, app().logger);
    }
  };
}
