import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RouteHead, routeHeads } from '../../shared/heddle/api/routes/heads.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const heads: readonly RouteHead[] = routeHeads;
const TRIGGERS = 'triggers: [{ name: t, source: manual, actor: log }]\n';

let host: HeddleHost;
beforeAll(async () => {
  host = await HeddleHost.start(prepareHeddle({ triggers: TRIGGERS, args: ['--verbose'] }));
});
afterAll(() => host.process.stop());

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function post(path: string, sent: Sent = {}) {
  const response = await fetch(`${host.process.url}/api/v1/${path}`, { method: 'POST', ...sent });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

describe('the API over HTTP', () => {
  it('is the functions of the route table', () => {
    const listed = [
      ...host.process.output().matchAll(/^\t(\S+): \[([A-Z,]+)\] http:..[^/]+\/(\S+)$/gm),
    ]
      .map(([, name = '', method = '', path = '']) => ({ name, method, path }))
      .filter(({ path }) => !path.startsWith('webhooks/'));
    const table = heads.map(({ name, method, path }) => ({ name, method, path }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(listed.toSorted(byName)).toEqual(table.toSorted(byName));
  });

  it('refuses a page of another origin to change anything, with and without a body', async () => {
    const json = { 'content-type': 'application/json' };
    const foreign: readonly Sent[] = [
      { headers: { origin: 'https://evil.example' } },
      { headers: { origin: 'https://evil.example', ...json }, body: '{"message":"mine"}' },
      { headers: { origin: 'null', 'content-type': 'text/plain' }, body: '{"message":"mine"}' },
      { headers: { 'sec-fetch-site': 'cross-site' } },
      { headers: { 'sec-fetch-site': 'same-site' } },
    ];
    for (const path of ['triggers/t/pause', 'triggers/t/execute', 'live', 'replays/x/abort']) {
      for (const sent of foreign) {
        expect(await post(path, sent)).toMatchObject({
          status: 403,
          json: { title: 'Forbidden', code: 'cross_site', type: 'urn:heddle:problem:cross_site' },
        });
      }
    }
    expect(await host.get('api/v1/triggers/t')).toMatchObject({ status: 'active' });
    expect(await host.events()).toEqual([]);
  });

  it('lets a page of its own origin, and a program', async () => {
    const origin = host.process.url;
    const own = { origin, 'sec-fetch-site': 'same-origin' };
    expect(await post('triggers/t/pause', { headers: own })).toMatchObject({ status: 200 });
    expect(await post('triggers/t/resume')).toMatchObject({ status: 200 });
  });

  it('is not read by a page of another origin either', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const response = await fetch(`${host.process.url}/api/v1/events`, { headers });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('logs who changes something', async () => {
    await post('triggers/t/pause');
    await host.process.waitFor(/changed by a call of the API.*api-trigger-pause.*local/);
  });

  it('is not there for another method', async () => {
    const deleted = await fetch(`${host.process.url}/api/v1/events`, { method: 'DELETE' });
    expect(deleted.status).toBe(404);
  });
});

describe('a host that asks for keys', () => {
  it('asks for one wherever a role is needed', async () => {
    const guarded = await HeddleHost.start(prepareHeddle({ args: ['--enableAuth'] }));
    for (const { name, method, path, role } of heads) {
      const url = `${guarded.process.url}/${path.replaceAll(/[{}]/g, '')}`;
      const { status } = await fetch(url, { method });
      expect(status, name).toBe(role === 'none' ? 200 : 401);
    }
    await guarded.process.stop();
  });
});
