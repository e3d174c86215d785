import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import rhea from 'rhea';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleEntry } from '../../infra/build.ts';

const ENTRY = 'test/fixtures/bundle-sdks/entry.ts';

/** The request of each SDK, and the minimal response that it accepts. */
const ANSWERS: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['GET /cosmos', (response) => response.end('{"writableLocations":[],"readableLocations":[]}')],
  ['PUT /blob/claims/a', (response) => response.writeHead(201).end()],
  ['PUT /queue/orders', (response) => response.writeHead(201).end()],
  ['POST /api/hubs/heddle/:send', (response) => response.writeHead(202).end()],
  [
    'GET /identity',
    (response) => {
      const expires = Math.floor(Date.now() / 1000) + 3600;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'token', expires_on: String(expires) }));
    },
  ],
  ['POST /otlp/v1/traces', (response) => response.end('{}')],
  ['POST /otlp/v1/metrics', (response) => response.end('{}')],
];

const asked = new Set<string>();
let folder: string;
let server: Server;
let broker: Server;
let results: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-sdks-'));
  await bundleEntry(ENTRY, folder, { base: ENTRY });
  server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    const answer = ANSWERS.find(([start]) => line.startsWith(start));
    asked.add(answer?.[0] ?? line);
    request
      .resume()
      .on('end', () => (answer ? answer[1](response) : response.writeHead(404).end()));
  });
  // Azure Monitor's exporter uses TLS whatever its settings say.
  server.on('clientError', (_error, socket) => {
    asked.add('TLS');
    socket.destroy();
  });
  const container = rhea.create_container();
  container.on('connection_open', () => asked.add('AMQP'));
  container.on('disconnected', () => {});
  broker = container.listen({ port: 0, host: '127.0.0.1' }) as unknown as Server;
  const [http, amqp] = await Promise.all([listen(server), toPort(broker)]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(folder, 'index.mjs'), `http://127.0.0.1:${http}`, `127.0.0.1:${amqp}`],
    { cwd: folder, env: {}, timeout: 60_000 },
  );
  results = JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))) as typeof results;
}, 90_000);
afterAll(() => {
  server.close();
  broker.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listen(http: Server): Promise<number> {
  http.listen(0, '127.0.0.1');
  return toPort(http);
}

async function toPort(listening: Server): Promise<number> {
  if (!listening.listening) await new Promise((resolve) => listening.once('listening', resolve));
  return (listening.address() as AddressInfo).port;
}

describe('packages that a bundle loads later, in a folder without node_modules', () => {
  test.each(ANSWERS.map(([line]) => line))('send %s', (line) => {
    expect([...asked], JSON.stringify(results, undefined, 2)).toContain(line);
  });

  test('open a connection to a Service Bus', () => {
    expect([...asked], results['service-bus']).toContain('AMQP');
  });

  test('open one to Azure Monitor', () => {
    expect([...asked], results['monitor-opentelemetry-exporter']).toContain('TLS');
  });

  test('do what they are asked, where somebody answers', () => {
    const { 'service-bus': bus, 'monitor-opentelemetry-exporter': monitor, ...others } = results;
    expect(bus).toMatch(/^ServiceBusError: .*timeout/);
    expect(monitor).toMatch(/^done$|^RestError: .*EPROTO/);
    const { errors: _, ...answered } = others;
    expect(new Set(Object.values(answered))).toEqual(new Set(['done']));
  });

  test('share the classes of errors with the entry', () => {
    expect(results.errors).toBe('one class');
  });
});
