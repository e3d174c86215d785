import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReplayView } from '../../shared/heddle/api/replays.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import type { ReplayedEvent } from '../../shared/heddle/pipeline/replays/replay-event.ts';
import type { Preview } from '../../shared/heddle/pipeline/replays/replay-query.ts';
import { createDelivery, findExample } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

/** A service that an actor calls, and that may be down. */
interface Service {
  readonly port: number;
  readonly calls: string[];
  isDown: boolean;
}

async function startService(): Promise<Service> {
  const server = createServer((request, response) => {
    service.calls.push(String(request.headers['idempotency-key']));
    response.writeHead(service.isDown ? 500 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const service: Service = { port, calls: [], isDown: true };
  onTestFinished(() => void server.close());
  return service;
}

const opened = findExample('pull_request', 'opened');

async function startHost({ port }: Service): Promise<HeddleHost> {
  const triggers = `
triggers:
  - name: deploy
    source: github
    eventType: pull_request.opened
    actor: http
    defaultInputs: { url: 'http://127.0.0.1:${port}/' }
    retry: { maxAttempts: 1 }
`;
  return HeddleHost.start(prepareHeddle({ triggers, env: { HEDDLE_HTTP_ALLOW: '127.0.0.1' } }));
}

async function send(host: HeddleHost, id: string): Promise<void> {
  const { headers, body } = await createDelivery(opened.json, { event: 'pull_request', id });
  expect((await host.post(headers, body)).status).toBe(202);
}

interface Answered<T> {
  readonly status: number;
  readonly json: T;
}

async function post<T>(
  host: HeddleHost,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered<T>> {
  const type = { 'content-type': 'application/json' };
  const response = await fetch(`${host.process.url}/api/v1/${path}`, {
    method: 'POST',
    ...(body === undefined ? { headers } : { headers: { ...type, ...headers } }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as T };
}

const statuses = (runs: readonly Run[]) => runs.map(({ status, isReplay }) => [isReplay, status]);

describe('an event whose run has failed', () => {
  it('is replayed once the cause is gone', async () => {
    const service = await startService();
    const host = await startHost(service);
    await send(host, 'once');
    await host.drained();
    expect(statuses((await host.event('once')).runs)).toEqual([[false, 'failed']]);
    service.isDown = false;
    const ask = () =>
      post<ReplayedEvent>(host, 'events/once/replay?source=github', undefined, {
        'idempotency-key': 'mine',
      });
    const first = await ask();
    expect(first).toMatchObject({
      status: 202,
      json: { decisions: [{ trigger: 'deploy', outcome: 'matched' }] },
    });
    expect(await ask()).toEqual(first);
    await host.drained();
    const [runId = ''] = first.json.runs;
    expect(await host.get<Run>(`api/v1/runs/${runId}`)).toMatchObject({ status: 'succeeded' });
    const again = await post<{ runId: string }>(host, `runs/${runId}/replay`, { uses: 'original' });
    expect(again.status).toBe(202);
    await host.drained();
    expect(statuses((await host.event('once')).runs)).toEqual([
      [true, 'succeeded'],
      [true, 'succeeded'],
      [false, 'failed'],
    ]);
    expect(new Set(service.calls).size).toBe(3);
  });
});

describe('many events whose runs have failed', () => {
  it('are previewed, replayed at a rate, aborted and resumed, each once', async () => {
    const service = await startService();
    const host = await startHost(service);
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await send(host, id);
    await host.drained();
    service.isDown = false;
    const query = { trigger: 'deploy', status: 'failed', since: '1h' };
    const preview = await post<Preview>(host, 'replays', { query, preview: true });
    expect(preview).toMatchObject({ status: 200, json: { of: 'runs', found: 5, isMore: false } });
    const started = await post<ReplayView>(host, 'replays', { query, rate: 2 });
    expect(started).toMatchObject({ status: 202, json: { found: 5, rate: 2, status: 'running' } });
    const path = `replays/${started.json.id}`;
    const aborted = await post<ReplayView>(host, `${path}/abort`);
    expect(aborted).toMatchObject({ status: 200, json: { status: 'aborted' } });
    await host.drained();
    const stopped = await host.get<ReplayView>(`api/v1/${path}`);
    expect(stopped.status).toBe('aborted');
    expect(stopped.replayed).toBeLessThan(5);
    expect(service.calls).toHaveLength(5 + stopped.runs);
    expect(await post(host, `${path}/resume`)).toMatchObject({ status: 200 });
    const read = () => host.get<ReplayView>(`api/v1/${path}`);
    await expect.poll(read, { timeout: 20_000 }).toMatchObject({ status: 'done' });
    await host.drained();
    expect(await read()).toMatchObject({ replayed: 5, runs: 5, omitted: {} });
    const replays = (await host.runs()).filter(({ isReplay }) => isReplay);
    expect(replays.map(({ eventId }) => eventId).toSorted()).toEqual(ids);
    expect(replays.every(({ status }) => status === 'succeeded')).toBe(true);
    const list = await host.get<{ items: ReplayView[] }>('api/v1/replays?status=done');
    expect(list.items.map(({ id }) => id)).toEqual([started.json.id]);
  });

  it('are not replayed where the request is wrong, which the answer explains', async () => {
    const host = await startHost(await startService());
    const refuse = async (path: string, body?: unknown) => {
      const { status, json } = await post<{ code: string; detail: string }>(host, path, body);
      return `${status} ${json.code}: ${json.detail}`;
    };
    expect(await refuse('replays', { query: {} })).toMatch(/^400 body_invalid: query: expected/);
    expect(await refuse('replays', { query: { status: 'failed' } })).toContain('query.status');
    expect(await refuse('replays', { query: { source: 'github' }, rate: 101 })).toContain('rate');
    expect(await refuse('replays/x/resume')).toMatch(/^404 replay_not_found/);
    expect(await refuse('runs/x/replay')).toMatch(/^404 run_not_found/);
    expect(await refuse('runs/x/replay?uses=both')).toMatch(/^400 query_invalid: uses/);
    expect(await refuse('events/x/replay')).toMatch(/^404 event_not_found/);
    // A request that a page of another origin can send without a preflight.
    const url = `${host.process.url}/api/v1/replays`;
    const sent = await fetch(url, { method: 'POST', body: '{"query":{"source":"github"}}' });
    expect(sent.status).toBe(415);
  });
});
