import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../shared/heddle/domain/run.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const app = fileURLToPath(new URL('../fixtures/runtime-app', import.meta.url));

const TRIGGERS = `
triggers:
  - name: handle-user-events
    source: emit
    eventType: user_events
    actor: count
    conditions: { action: signup }
  - name: restart
    source: manual
    actor: count
    schema: { type: object, properties: { service: { type: string } }, required: [service] }
`;

let host: HeddleHost;
beforeAll(async () => {
  host = await HeddleHost.start({ ...prepareHeddle({ triggers: TRIGGERS }), app });
});
afterAll(() => host.process.stop());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${host.process.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, string> };
}

async function runsOf(trigger: string, eventId?: string): Promise<readonly Run[]> {
  await host.drained();
  const runs = await host.runs(`trigger=${trigger}&limit=200`);
  return runs.filter((run) => eventId === undefined || run.eventId === eventId);
}

describe('an event that is emitted over HTTP', () => {
  it.each(['emit', 'triggers/emit'])('runs its triggers, by POST /api/v1/%s', async (path) => {
    const data = { action: 'signup', user: { id: 'user_123', email: 'user@example.com' } };
    const { status, json } = await post(path, { endpoint: 'user_events', data });
    expect(status).toBe(202);
    const runs = await runsOf('handle-user-events', json.id);
    expect(runs).toMatchObject([{ status: 'succeeded', source: 'emit', eventType: 'user_events' }]);
    expect(await host.event(json.id ?? '')).toMatchObject({ data, verified: true });
  });

  it('is one under one idempotency key', async () => {
    const event = { endpoint: 'user_events', data: { action: 'signup' } };
    const key = { 'idempotency-key': 'signup-1' };
    expect(await post('emit', event, key)).toEqual({ status: 202, json: { id: 'signup-1' } });
    expect(await post('emit', event, key)).toEqual({ status: 202, json: { id: 'signup-1' } });
    expect(await runsOf('handle-user-events', 'signup-1')).toHaveLength(1);
  });

  it('goes through the code that is registered for it, and what that emits', async () => {
    const data = { userId: 'u1', email: 'ada@example.org' };
    const { json } = await post('emit', { endpoint: 'user.created', data });
    const [welcomed] = await runsOf('welcome', json.id);
    expect(welcomed).toMatchObject({
      status: 'succeeded',
      output: { emitted: expect.any(String) },
    });
    const [counted] = (await runsOf('count')).filter(({ depth }) => depth === 1);
    expect(counted).toMatchObject({ status: 'succeeded', output: { counted: expect.any(String) } });
    const robot = await post('emit', {
      ...{ endpoint: 'user.created', data: { ...data, userId: 'robot' } },
    });
    expect(await runsOf('welcome', robot.json.id)).toEqual([]);
  });

  it('is refused with a problem that names the paths', async () => {
    const { status, json } = await post('emit', { endpoint: 'user.created', data: { userId: 7 } });
    expect(status).toBe(422);
    expect(json).toMatchObject({
      code: 'schema_mismatch',
      detail: 'The payload does not fit the schema of the event "user.created" at: /userId, /email',
    });
  });
});

describe('a manual trigger that is executed over HTTP', () => {
  it('runs, and is found under the id of its run', async () => {
    const { status, json } = await post('triggers/restart/execute', { service: 'api' });
    expect(status).toBe(202);
    await host.drained();
    const run = await host.get<Run>(`api/v1/runs/${json.runId}`);
    expect(run).toMatchObject({ status: 'succeeded', trigger: 'restart', eventId: json.eventId });
  });

  it('runs code that emits on its own account', async () => {
    const { json } = await post('triggers/manual.data.import/execute', { source: 'csv' });
    const [imported] = await runsOf('manual.data.import', json.eventId);
    expect(imported).toMatchObject({ output: { id: `import-${json.runId}` } });
    expect(await runsOf('welcome', `import-${json.runId}`)).toHaveLength(1);
  });

  it.each([
    ['nothing', {}, 404, 'trigger_not_found'],
    ['handle-user-events', {}, 409, 'trigger_not_manual'],
    ['restart', { service: 7 }, 422, 'schema_mismatch'],
    ['manual.data.import', { source: 'ftp' }, 422, 'schema_mismatch'],
  ])('is refused as %s with %j', async (name, body, status, code) => {
    const refused = await post(`triggers/${name}/execute`, body);
    expect(refused).toMatchObject({ status, json: { code } });
  });
});
