import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebPage {
  readonly url: string;
  /** Requests received. */
  readonly requests: readonly { readonly method: string; readonly headers: NodeJS.Dict<unknown> }[];
  /** Answers with this listener from now on. */
  serve(listener: RequestListener): void;
  /** Stops listening. */
  close(): Promise<void>;
}

/** A server on this machine, whose responses the test changes. */
export async function openWebPage(first: RequestListener): Promise<WebPage> {
  let listener = first;
  const requests: WebPage['requests'][number][] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', headers: request.headers });
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    url: `http://127.0.0.1:${port}/page`,
    serve(next) {
      listener = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
