import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Connection } from '../../shared/heddle/ports/connection.ts';
import { startCosmosEmulator } from '../emulators/cosmos.ts';

export interface CosmosRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface CosmosAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A fault in place of a response; `cut after`: the service has done the work by then. */
export type CosmosFault = CosmosAnswer | 'cut before' | 'cut after';

/**
 * The emulator behind a proxy, which records requests. The proxy answers as the service does where
 * the emulator does not: with substatus, session tokens, and no content for those who ask for none.
 */
export interface CosmosService {
  readonly connection: Connection;
  /** Requests for items; a container's first use makes other requests. */
  readonly requests: readonly CosmosRequest[];
  /** All other requests. */
  readonly containers: readonly CosmosRequest[];
  /** Fails the next requests for items, one fault each. */
  fail(...faults: readonly CosmosFault[]): void;
  clear(): void;
  close(): Promise<void>;
}

export async function startCosmosService(): Promise<CosmosService> {
  const emulator = await startCosmosEmulator();
  const requests: CosmosRequest[] = [];
  const containers: CosmosRequest[] = [];
  let faults: CosmosFault[] = [];
  const door = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    const { method = '', url: path = '', headers } = incoming;
    const isItem = path.includes('/docs');
    (isItem ? requests : containers).push({ method, path, headers, body: body.toString() });
    // The SDK requests a query's plan beside the query itself, and uses it only where the query is
    // refused.
    const isPlan = headers['x-ms-cosmos-is-query-plan-request'] !== undefined;
    const fault = isItem && !isPlan ? faults.shift() : undefined;
    if (fault === 'cut before') return response.destroy();
    if (typeof fault === 'object') return send(response, fault);
    const answer = await forward(emulator.port, incoming, body);
    if (fault === 'cut after') return response.destroy();
    send(response, withoutContent(incoming, answer));
  });
  const port = await listen(door);
  const value = `AccountEndpoint=http://127.0.0.1:${port}/;AccountKey=${KEY};`;
  return {
    connection: { kind: 'string', value },
    requests,
    containers,
    fail: (...next) => void faults.push(...next),
    clear() {
      requests.length = 0;
      faults = [];
    },
    close: async () => void (await Promise.all([stop(door), emulator.close()])),
  };
}

/** Base64, like all keys. */
const KEY = 'bm90IGEgc2VjcmV0';

/**
 * Drops the content for `Prefer: return=minimal`, as the service does; the emulator ignores that
 * header.
 */
function withoutContent({ headers }: IncomingMessage, answer: CosmosAnswer): CosmosAnswer {
  const isMinimal = headers.prefer === 'return=minimal' && answer.status < 300;
  return isMinimal ? { ...answer, body: '' } : answer;
}

function send(response: ServerResponse, { status, headers = {}, body = '{}' }: CosmosAnswer): void {
  const { 'transfer-encoding': _chunked, 'content-length': _length, ...rest } = headers;
  response.writeHead(status, rest).end(body);
}

async function forward(port: number, from: IncomingMessage, body: Buffer): Promise<CosmosAnswer> {
  const { method, url: path, headers } = from;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers };
    request(options, resolve).on('error', reject).end(body);
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers as Record<string, string>,
    body: (await buffer(response)).toString(),
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
