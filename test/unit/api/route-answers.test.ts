import { describe, expect, it } from 'vitest';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import type { RouteName } from '../../../shared/heddle/api/routes/heads.ts';
import { createRouteCaller, findRoute } from '../../../shared/heddle/api/routes/routes.ts';
import { createApi, createApiRequest, type Sent } from '../../helpers/api-side.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

class Work extends Actor {
  execute(): string {
    return 'done';
  }
}

const TRIGGERS = [
  { name: 't', actor: 'work' },
  { name: 'manual', source: 'manual', actor: 'work' },
  { name: 'timed', source: 'schedule', schedule: '@daily', actor: 'work' },
];

async function createScene() {
  const world = createWorld(toTriggers(...TRIGGERS), defineActors({ work: Work }));
  const caller = createRouteCaller(() => createApi(world.engine));
  await world.send(createEvent({ id: 'a' }));
  await world.drain();
  const [run] = await world.runs();
  const ids: Readonly<Record<string, string>> = { RUN: run?.id ?? '', EVENT: 'a' };
  const send = (name: RouteName, { params = {}, ...sent }: Sent = {}) => {
    const given = Object.entries(params).map(([key, value]) => [key, ids[value] ?? value]);
    const { method } = findRoute(name);
    const request = { ...sent, method, params: Object.fromEntries(given) };
    return caller.answer(name, createApiRequest(request));
  };
  return { ...world, send };
}

describe('an answer', () => {
  it.each<[RouteName, number, Sent]>([
    ['health', 200, {}],
    ['api-events', 200, { query: 'limit=1' }],
    ['api-runs', 200, { query: 'limit=1' }],
    ['api-trigger-runs', 200, { params: { name: 't' } }],
    ['api-triggers', 200, {}],
    ['api-schedules', 200, {}],
    ['api-replays', 200, {}],
    ['api-dead-letters', 200, {}],
    ['api-sources', 200, {}],
    ['api-run', 200, { params: { id: 'RUN' } }],
    ['api-run-cancel', 200, { params: { id: 'RUN' } }],
    ['api-emit', 202, { body: { endpoint: 'user_events' } }],
    ['api-trigger-emit', 202, { body: { endpoint: 'user_events', id: 'one' } }],
    ['api-trigger-execute', 202, { params: { name: 'manual' } }],
    ['api-schedule-run', 202, { params: { name: 'timed' } }],
    ['api-replay-run', 202, { params: { id: 'RUN' } }],
    ['api-live', 200, { query: 'minutes=5' }],
  ])('of %s has the shape of its schema', async (name, status, sent) => {
    const { send } = await createScene();
    const answer = await send(name, sent);
    expect(answer.status).toBe(status);
    expect(findRoute(name).response.parse(answer.json)).toEqual(answer.json);
  });

  it('is 202 for a replay that is started, and 200 for its preview', async () => {
    const { send } = await createScene();
    const body = { query: { source: 'github' } };
    expect((await send('api-replay-start', { body: { ...body, preview: true } })).status).toBe(200);
    expect((await send('api-replay-start', { body })).status).toBe(202);
    expect((await send('api-replay-event', { params: { id: 'EVENT' } })).status).toBe(202);
  });

  it('is not to be cached', async () => {
    const { send } = await createScene();
    const { headers } = await send('api-events');
    expect(headers).toEqual({ 'cache-control': 'no-store' });
  });

  it.each<[string, Sent, 'text' | 'json']>([
    ['who asks for nothing', {}, 'json'],
    ['a terminal', { headers: { accept: 'text/plain' } }, 'text'],
    ['who prefers JSON', { headers: { accept: 'application/json, text/plain' } }, 'json'],
    ['who names the format', { query: 'format=text' }, 'text'],
    [
      'a terminal that names the format',
      {
        ...{ headers: { accept: 'text/plain' }, query: 'format=json' },
      },
      'json',
    ],
  ])('that explains is, for %s (%j), %s', async (_, sent, kind) => {
    const { send } = await createScene();
    const { json, text, headers } = await send('api-event-explain', {
      ...{ params: { id: 'EVENT' }, ...sent },
    });
    expect({ json: json !== undefined, text: text !== undefined }).toEqual({
      ...{ json: kind === 'json', text: kind === 'text' },
    });
    expect(headers).toEqual({ 'cache-control': 'no-store', vary: 'accept' });
  });

  it('is refused where the triggers are unknown, if it would take in an event', async () => {
    const { engine } = createWorld([], {});
    const assertAccepting = async () => {
      throw new Error('the triggers are unknown');
    };
    const { answer } = createRouteCaller(() => createApi(engine, { assertAccepting }));
    const emitted = createApiRequest({ body: { endpoint: 'a' } });
    await expect(answer('api-emit', emitted)).rejects.toThrow('unknown');
    const executed = createApiRequest({ params: { name: 'manual' } });
    await expect(answer('api-trigger-execute', executed)).rejects.toThrow('unknown');
    expect(await engine.queue.depth()).toBe(0);
  });
});
