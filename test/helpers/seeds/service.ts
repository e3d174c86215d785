import { onTestFinished } from 'vitest';
import { createHttpClient } from '../../../shared/heddle/adapters/http/http-client.ts';
import type { HttpClient } from '../../../shared/heddle/ports/http-client.ts';
import { openWebPage, type WebPage } from '../web-page.ts';

export interface Service {
  /** Sets the status of further responses; 200 at first. */
  answer(status: number): void;
  /** Reaches the service as http://api.internal, on this machine. */
  readonly http: HttpClient;
}

/** A server that starts with the first request. */
export function createService(): Service {
  let status = 200;
  let page: Promise<WebPage> | undefined;
  const client = createHttpClient({
    allow: ['api.internal'],
    lookup: (_host, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  async function open(): Promise<WebPage> {
    const opened = await openWebPage((_, response) => response.writeHead(status).end());
    onTestFinished(() => opened.close());
    return opened;
  }
  return {
    answer(next) {
      status = next;
    },
    http: {
      async send(request) {
        page ??= open();
        const url = new URL(request.url);
        url.port = new URL((await page).url).port;
        return client.send({ ...request, url: url.href });
      },
    },
  };
}
