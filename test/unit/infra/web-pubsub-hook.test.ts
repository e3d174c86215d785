import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectWebPubSub } from '../../../infra/hooks/web-pubsub.mjs';

const RESOURCE = 'https://webpubsub.azure.com';
const HUB =
  '/subscriptions/s/resourceGroups/rg-test/providers/Microsoft.SignalRService/webPubSub/wps-test/hubs/heddle';
const TOKEN = 'token-of-azd';

let bin: string;
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'heddle-azd-'));
  const script = `#!${process.execPath}
    if (process.env.AZD_FAILS) { console.error('${TOKEN}'); process.exit(1); }
    const [, , ...args] = process.argv;
    if (args.slice(0, 3).join(' ') !== 'auth token --scope') process.exit(2);
    console.log(JSON.stringify({ token: '${TOKEN}', scope: args[3] }));`;
  writeFileSync(join(bin, 'azd'), script);
  chmodSync(join(bin, 'azd'), 0o755);
});
afterAll(() => rmSync(bin, { recursive: true, force: true }));

interface Azure {
  /** Settings of the hub; undefined: there is none. */
  hub?: { properties: Record<string, unknown> } | undefined;
  /** Answers of the app at /health, of which the last one stays. */
  health: (object | undefined)[];
  /** States of the operation, of which the last one stays; absent: it is done at once. */
  operation?: object[];
  readonly puts: unknown[];
  readonly asked: string[];
}

/** The app and Azure's management API on this machine. */
async function startAzure(given: Partial<Azure> = {}) {
  const azure: Azure = { health: [{ status: 'healthy' }], puts: [], asked: [], ...given };
  const server = createServer((request, response) => void answer(azure, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env: NodeJS.ProcessEnv = {
    ...{ PATH: `${bin}:${process.env.PATH}`, SERVICE_API_URI: url },
    ...{ WEBHOOK_BASE_URL: `${url}/webhooks`, WEB_PUBSUB_TOKEN_RESOURCE: RESOURCE },
    WEB_PUBSUB_HUB_URL: `${url}${HUB}`,
  };
  const lines: string[] = [];
  const connect = (more: NodeJS.ProcessEnv = {}, waitMs = 5000) =>
    connectWebPubSub({
      ...{ env: { ...env, ...more }, log: (line) => void lines.push(line), waitMs, pauseMs: 5 },
    });
  return { azure, url, connect, lines };
}

async function answer(azure: Azure, request: IncomingMessage, response: ServerResponse) {
  const { method = '', url = '', headers } = request;
  azure.asked.push(`${method} ${url}`);
  const send = (status: number, body: unknown, more = {}) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...more })
      .end(JSON.stringify(body));
  if (url === '/health') {
    const [state] = azure.health.length > 1 ? azure.health.splice(0, 1) : azure.health;
    return state ? send(503, state) : response.writeHead(404).end('<html>');
  }
  if (headers.authorization !== `Bearer ${TOKEN}`) return send(401, {});
  if (url === '/operation') {
    const { operation = [] } = azure;
    return send(200, operation.length > 1 ? operation.shift() : operation[0]);
  }
  if (url !== `${HUB}?api-version=2024-03-01`) return send(400, {});
  if (method === 'GET') return azure.hub ? send(200, azure.hub) : send(404, {});
  const body = JSON.parse(await text(request)) as { properties: Record<string, unknown> };
  azure.puts.push(body);
  azure.hub = body;
  return send(201, body, azure.operation ? { 'azure-asyncoperation': '/operation' } : {});
}

describe('the event handler of a deployed Web PubSub hub', () => {
  it('is not thought of without Web PubSub', async () => {
    const { azure, connect, lines } = await startAzure();
    expect(await connect({ WEB_PUBSUB_HUB_URL: '' })).toBe('skipped');
    expect({ asked: azure.asked, lines }).toEqual({ asked: [], lines: [] });
  });

  it('is set once the app answers, with the token of its identity, and only once', async () => {
    const health = [undefined, { other: 1 }, { status: 'degraded' }];
    const operation = [{ status: 'InProgress' }, { status: 'Succeeded' }];
    const { azure, url, connect, lines } = await startAzure({ health, operation });
    expect(await connect()).toBe('connected');
    expect(azure.asked.slice(0, 4)).toEqual([
      ...['GET /health', 'GET /health', 'GET /health'],
      `GET ${HUB}?api-version=2024-03-01`,
    ]);
    expect(azure.puts).toEqual([
      {
        properties: {
          eventHandlers: [
            {
              systemEvents: ['connect', 'connected', 'disconnected'],
              userEventPattern: '*',
              urlTemplate: `${url}/webhooks/webpubsub`,
              auth: { type: 'ManagedIdentity', managedIdentity: { resource: RESOURCE } },
            },
          ],
        },
      },
    ]);
    expect(lines).toEqual([expect.stringContaining(`${url}/webhooks/webpubsub`)]);
    expect(await connect()).toBe('unchanged');
    expect(azure.puts).toHaveLength(1);
  });

  it('keeps what somebody has set besides, and gets its token where it has none', async () => {
    const { azure, url, connect } = await startAzure();
    const other = { urlTemplate: 'https://other.example.com', systemEvents: ['connected'] };
    const ours = { urlTemplate: `${url}/webhooks/webpubsub`, userEventPattern: 'vote' };
    azure.hub = { properties: { anonymousConnectPolicy: 'allow', eventHandlers: [other, ours] } };
    expect(await connect()).toBe('connected');
    expect(azure.puts).toMatchObject([
      {
        properties: {
          anonymousConnectPolicy: 'allow',
          eventHandlers: [other, { ...ours, auth: { type: 'ManagedIdentity' } }],
        },
      },
    ]);
  });

  it.each<[string, Partial<Azure>, NodeJS.ProcessEnv, string]>([
    ['the app does not answer', { health: [undefined] }, {}, '/health does not answer'],
    ['azd is not signed in', {}, { AZD_FAILS: '1' }, 'azd auth login'],
    ['there is no azd', {}, { PATH: '' }, '"azd auth token" failed (ENOENT)'],
    [
      'the service does not find the app',
      { operation: [{ status: 'Failed', error: { code: 'Invalid', message: 'no answer of it' } }] },
      {},
      'Invalid: no answer of it',
    ],
    ['the operation does not end', { operation: [{ status: 'Running' }] }, {}, 'in time'],
    ['the URL is not safe', {}, { WEB_PUBSUB_HUB_URL: `http://example.com${HUB}` }, 'not https'],
  ])('is told to be set by hand where %s', async (_, given, env, reason) => {
    const { connect, lines } = await startAzure(given);
    expect(await connect(env, 100)).toBe('failed');
    expect(lines.join('\n')).toContain(reason);
    expect(lines.join('\n')).toContain(
      'az webpubsub hub create --resource-group "rg-test" --name "wps-test" --hub-name "heddle"',
    );
    expect(lines.join('\n')).toContain(`auth-resource="${RESOURCE}"`);
    expect(lines.join('\n')).not.toContain(TOKEN);
  });
});
