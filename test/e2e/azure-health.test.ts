import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Health } from '../../shared/heddle/api/health.ts';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const TRIGGERS = 'triggers: [{ name: t, source: github, eventType: push, actor: log }]\n';
/** The probe's deadline, and what a busy machine needs besides. */
const ANSWERED_MS = 10_000;

let backend: AzureBackend;
beforeAll(async () => {
  backend = await startAzureBackend();
});
afterAll(() => backend[Symbol.asyncDispose]());

function start(env: NodeJS.ProcessEnv): Promise<HeddleHost> {
  return HeddleHost.start(prepareHeddle({ triggers: TRIGGERS, env: { ...backend.env, ...env } }));
}

/** A port that takes connections and never answers. */
async function hang(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

async function ask(host: HeddleHost): Promise<{ status: number; ms: number; health: Health }> {
  const begun = performance.now();
  const response = await fetch(`${host.process.url}/health`);
  const health = (await response.json()) as Health;
  return { status: response.status, ms: performance.now() - begun, health };
}

async function push(host: HeddleHost, id: string): Promise<Response> {
  const { headers, body } = await createDelivery('{}', { event: 'push', id });
  return host.post(headers, body);
}

const stateOf = ({ parts = [] }: Health, name: string) =>
  parts.find((part) => part.name === name)?.state;

describe('/health in Azure', () => {
  it('shows each service that answers, and what was last received', async () => {
    const host = await start({});
    expect((await push(host, 'one')).status).toBe(202);
    await host.drained();
    await expect
      .poll(() => host.health())
      .toMatchObject({
        ...{ status: 'healthy', lagSeconds: 0, lastWrite: { ok: true }, lastReceive: { ok: true } },
        parts: [
          { name: 'queue', technology: 'Service Bus', state: 'ok' },
          { name: 'store', technology: 'Cosmos DB', state: 'ok' },
          { name: 'blobs', technology: 'blob storage', state: 'ok' },
          { name: 'storage-queue', state: 'ok' },
          { name: 'web-pubsub', state: 'unused' },
        ],
      });
  });

  it('answers in two seconds while Service Bus hangs, and is not healthy', async () => {
    const port = await hang();
    const ServiceBus = `Endpoint=sb://localhost:${port};SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true;`;
    const host = await start({ ServiceBus });
    const first = await ask(host);
    expect(first.health.status).not.toBe('healthy');
    expect(first.ms).toBeLessThan(ANSWERED_MS);
    await expect.poll(async () => (await ask(host)).status, { timeout: 40_000 }).toBe(503);
    const { health } = await ask(host);
    expect(health.status).toBe('unhealthy');
    expect(stateOf(health, 'queue')).toBe('failing');
    expect(stateOf(health, 'store')).toBe('ok');
    expect((await push(host, 'hanging')).status).toBe(503);
  });

  it('answers in two seconds while Cosmos DB hangs, and names it', async () => {
    const port = await hang();
    const Cosmos = `AccountEndpoint=http://localhost:${port}/;AccountKey=${Buffer.from('k').toString('base64')};`;
    const host = await start({ Cosmos });
    const { ms, health } = await ask(host);
    expect(health.status).not.toBe('healthy');
    expect(ms).toBeLessThan(ANSWERED_MS);
    await expect.poll(async () => (await ask(host)).status, { timeout: 40_000 }).toBe(503);
    const { reasons } = (await ask(host)).health;
    expect(reasons.join('\n')).toMatch(/store \(Cosmos DB\) does not do its work/);
    // A store that is away lets messages use up their deliveries: senders come again.
    await expect
      .poll(async () => (await push(host, `later-${Date.now()}`)).status, { timeout: 50_000 })
      .toBe(503);
  });

  it('is degraded where only Web PubSub and storage cannot be reached', async () => {
    const port = await hang();
    const host = await start({
      WebPubSub: `Endpoint=http://localhost;Port=${port};AccessKey=${Buffer.from('key').toString('base64')};Version=1.0;`,
    });
    await expect
      .poll(async () => (await host.health()).reasons.join('\n'))
      .toMatch(/^web-pubsub \(Web PubSub\) does not do its work: [^\n]*$/);
    const { status, health } = await ask(host);
    expect({ status, health: health.status }).toEqual({ status: 200, health: 'degraded' });
    expect(stateOf(health, 'web-pubsub')).toBe('failing');
    expect(JSON.stringify(health)).not.toContain(String(port));
  });
});

describe('emulators that stop under a running host', () => {
  it('make it unhealthy, deliveries are answered 503, and no address is shown', async () => {
    const own = await startAzureBackend();
    const host = await start(own.env);
    expect((await push(host, 'before')).status).toBe(202);
    await host.drained();
    await own[Symbol.asyncDispose]();
    await expect.poll(async () => (await ask(host)).status, { timeout: 40_000 }).toBe(503);
    expect((await push(host, 'after')).status).toBe(503);
    const { ms, health } = await ask(host);
    expect(ms).toBeLessThan(ANSWERED_MS);
    expect(health.status).toBe('unhealthy');
    expect(health.lastWrite).toMatchObject({ ok: false });
    expect(JSON.stringify(health)).not.toMatch(/localhost|127\.0\.0\.1|AccountKey|SAS_KEY/);
  });
});
