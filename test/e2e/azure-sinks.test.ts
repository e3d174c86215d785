import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ServiceBusClient } from '@azure/service-bus';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../shared/heddle/domain/run.ts';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import { prepareFeatureApp, push } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';
import {
  readToken,
  startWebPubSubService,
  type WebPubSubService,
} from '../helpers/web-pubsub-service.ts';

const queues = [
  { name: 'events', lockMs: 3000 },
  { name: 'events-ordered', requiresSession: true },
  { name: 'events-urgent' },
  { name: 'deployments' },
];

const toTriggers = (url: string) => `triggers:
  - name: to-bus
    source: github
    eventType: push
    actor: service-bus
    variables:
      queue: deployments
      subject: '{{ event.ref }}'
      properties: { attempt: 1 }
      message: { commit: '{{ event.after[:8] }}' }
  - name: to-queue
    source: github
    eventType: push
    actor: storage-queue
    variables: { queue: thumbnails, message: 'commit {{ event.after[:8] }} – ready' }
  - name: to-http
    source: github
    eventType: push
    actor: http
    retry: { delay: 10ms }
    variables:
      url: ${url}/hooks/start
      headers: { x-ref: '{{ event.ref }}' }
      body: { commit: '{{ event.after[:8] }}' }
  - name: to-clients
    source: github
    eventType: push
    actor: web-pubsub
    variables:
      to: group
      group: '{{ event.repository.full_name }}'
      message: { commit: '{{ event.after[:8] }}' }
`;

interface Request {
  readonly at: number;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts a server that is not ready at first, and asks for a retry in a second. */
async function startDeployServer() {
  const requests: Request[] = [];
  const server = createServer(async (request, response) => {
    const { url: path, headers } = request;
    requests.push({ at: performance.now(), path, headers, body: await text(request) });
    const type = { 'content-type': 'application/json' };
    if (requests.length === 1) response.writeHead(503, { 'retry-after': '1' }).end();
    else response.writeHead(201, type).end('{"deployment":17}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

let backend: AzureBackend;
let deployServer: Awaited<ReturnType<typeof startDeployServer>>;
let webPubSub: WebPubSubService;
let thumbnails: QueueClient;
let host: HeddleHost;

const payload = {
  ref: 'refs/heads/main',
  after: '0123456789abcdef',
  repository: { full_name: 'octo/repo' },
};

beforeAll(async () => {
  [backend, deployServer, webPubSub] = await Promise.all([
    startAzureBackend({ queues }),
    startDeployServer(),
    startWebPubSubService(),
  ]);
  const service = QueueServiceClient.fromConnectionString(backend.azurite.connectionString);
  thumbnails = service.getQueueClient('thumbnails');
  await thumbnails.create();
  const env = {
    ...backend.env,
    WebPubSub: webPubSub.connectionString,
    HEDDLE_HTTP_ALLOW: '127.0.0.1',
  };
  host = await HeddleHost.start(prepareFeatureApp({ triggers: toTriggers(deployServer.url), env }));
  expect((await push(host, 'delivery', payload)).status).toBe(202);
  await host.drained();
});
afterAll(async () => {
  deployServer.close();
  await Promise.all([backend[Symbol.asyncDispose](), webPubSub.close()]);
});

async function runOf(trigger: string): Promise<Run | undefined> {
  const [run, ...others] = await host.runs(`trigger=${trigger}`);
  expect(others).toEqual([]);
  return run;
}

describe('one event', () => {
  it('is sent to a queue of Service Bus, under an id that stays', async () => {
    const run = await runOf('to-bus');
    const client = new ServiceBusClient(backend.serviceBus.connectionString);
    onTestFinished(() => client.close());
    const receiver = client.createReceiver('deployments', { receiveMode: 'receiveAndDelete' });
    const messages = await receiver.receiveMessages(1);
    expect(messages).toMatchObject([
      {
        ...{ messageId: run?.id, subject: 'refs/heads/main', contentType: 'application/json' },
        ...{ body: { commit: '01234567' }, applicationProperties: { attempt: 1 } },
      },
    ]);
    expect(backend.serviceBus.depth('deployments')).toBe(0);
    expect(backend.serviceBus.counts.deployments).toMatchObject({ sends: 1, duplicates: 0 });
    const output = { queue: 'deployments', messageId: run?.id };
    expect(run).toMatchObject({ status: 'succeeded', output });
  });

  it('is put on a storage queue as Functions reads it', async () => {
    const { receivedMessageItems: items } = await thumbnails.receiveMessages({
      numberOfMessages: 10,
    });
    const texts = items.map((item) => Buffer.from(item.messageText, 'base64').toString());
    expect(texts).toEqual(['commit 01234567 – ready']);
    const output = { queue: 'thumbnails', messageId: items[0]?.messageId };
    expect(await runOf('to-queue')).toMatchObject({ status: 'succeeded', output });
  });

  it('is posted again when the server asks for time, under the same key', async () => {
    const run = await runOf('to-http');
    const { requests } = deployServer;
    const [first, second] = requests;
    expect(requests).toHaveLength(2);
    for (const { path, headers, body } of requests) {
      expect({ path, body }).toEqual({ path: '/hooks/start', body: '{"commit":"01234567"}' });
      expect(headers).toMatchObject({
        ...{ 'idempotency-key': run?.id, 'x-ref': 'refs/heads/main' },
        'content-type': 'application/json',
      });
    }
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    expect(run).toMatchObject({
      ...{ status: 'succeeded', output: { status: 201, body: { deployment: 17 } } },
      attempts: [{ outcome: 'failed', error: { code: 'http_status' } }, { outcome: 'succeeded' }],
    });
  });

  it('is shown to the clients of a Web PubSub group', async () => {
    expect(webPubSub.calls).toMatchObject([
      {
        path: ['', 'api', 'hubs', 'heddle', 'groups', 'octo/repo', ':send'],
        body: '{"commit":"01234567"}',
      },
    ]);
    const output = { to: 'group', group: 'octo/repo' };
    expect(await runOf('to-clients')).toMatchObject({ status: 'succeeded', output });
  });
});

describe('a page that wants to listen', () => {
  const ask = (query: string) =>
    fetch(`${host.process.url}/api/v1/live?${query}`, { method: 'POST' });

  it('gets a URL that Web PubSub lets in, as that user and to that group alone', async () => {
    const answer = await ask('user=ada&group=octo/repo&minutes=5');
    expect(answer.status).toBe(200);
    const url = new URL(((await answer.json()) as { url: string }).url);
    expect(url.pathname).toBe('/client/hubs/heddle');
    const claims = readToken(url.searchParams.get('access_token') ?? '', webPubSub.key);
    expect(claims).toMatchObject({ sub: 'ada', 'webpubsub.group': ['octo/repo'] });
    const minutes = (Number(claims?.exp) * 1000 - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(4);
    expect(minutes).toBeLessThanOrEqual(5.1);
    expect(claims?.role ?? []).toEqual([]);
  });

  it('receives what it may ask for', async () => {
    const answer = await ask('minutes=100000');
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({
      ...{ status: 400, code: expect.any(String), detail: expect.stringContaining('minutes') },
    });
  });
});
