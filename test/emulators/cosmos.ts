import { once } from 'node:events';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpServer } from '@vercel/cosmosdb-server';
import { CosmosCounts } from './cosmos/counts.ts';
import { CosmosFaults } from './cosmos/faults.ts';
import { createFront } from './cosmos/front.ts';

export interface CosmosEmulator {
  readonly port: number;
  readonly endpoint: string;
  readonly connectionString: string;
  readonly counts: CosmosCounts;
  readonly faults: CosmosFaults;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Not checked, but clients require a key in base64. */
const KEY = Buffer.from('emulator').toString('base64');

/**
 * Cosmos DB (NoSQL) over plain HTTP, in memory. Documents with a `ttl` stay, and OFFSET and GROUP BY
 * are unknown to it.
 *
 * @example
 * const emulator = await startCosmosEmulator();
 * const client = new CosmosClient(emulator.connectionString);
 */
export async function startCosmosEmulator(
  options: { readonly port?: number } = {},
): Promise<CosmosEmulator> {
  const counts = new CosmosCounts();
  const faults = new CosmosFaults();
  const server = createHttpServer({ keepAlive: true });
  const [original] = server.listeners('request') as [RequestListener];
  const listener: RequestListener = (request, response) => {
    if (request.url === '/') sayHttp(response);
    original(request, response);
  };
  server.removeAllListeners('request').on('request', createFront({ listener, counts, faults }));
  const port = await listen(server, options.port ?? 0);
  const endpoint = `http://${HOST}:${port}/`;
  const connectionString = `AccountEndpoint=${endpoint};AccountKey=${KEY};`;
  return { port, endpoint, connectionString, counts, faults, close: () => close(server) };
}

/**
 * Replaces https in responses: clients follow the URLs that the account names, and the emulator
 * names only HTTPS ones.
 */
function sayHttp(response: ServerResponse): void {
  const end = response.end.bind(response) as (body: string) => ServerResponse;
  const replacement = (body: string) => end(body.replaceAll('https://', 'http://'));
  response.end = replacement as typeof response.end;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
