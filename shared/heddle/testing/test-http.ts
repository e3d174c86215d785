import { TerminalError } from '../errors/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../ports/http-client.ts';

/** Answers the requests of actors and pollers that use the app's HTTP client. */
export type TestHttp = (request: HttpRequest) => Partial<HttpAnswer> | Promise<Partial<HttpAnswer>>;

/** Absent: a test has no network. */
export function toTestHttp(answer: TestHttp = refuse): HttpClient {
  return {
    send: async (request) => ({ status: 200, headers: {}, body: '', ...(await answer(request)) }),
  };
}

function refuse({ method, url }: HttpRequest): never {
  const fix = 'give the answer with http: (request) => ({ status, body })';
  throw new TerminalError(
    'test_without_network',
    `a test has no network for ${method} ${url}: ${fix}`,
  );
}

export async function refuseToFetch(url: string): Promise<never> {
  throw new TerminalError('test_without_network', `a test has no network for ${url}`);
}
