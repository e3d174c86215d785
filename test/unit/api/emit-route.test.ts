import { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApiHandler } from '../../../functions/api.ts';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { createRouteCaller } from '../../../shared/heddle/api/routes/routes.ts';
import type { App } from '../../../shared/heddle/composition/open-app.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { answer, createApi } from '../../helpers/api-side.ts';
import { createWorld, silent, toTriggers } from '../../helpers/world.ts';

class Echo extends Actor {
  execute(input: JsonObject) {
    const { _trigger_event: _about, ...rest } = input;
    return rest;
  }
}

const userEvents = {
  ...{ name: 'handle-user-events', source: 'emit', eventType: 'user_events', actor: 'echo' },
  conditions: { action: 'signup' },
  inputMapping: { user_id: '$.user.id', email: '$.user.email' },
};
const body = {
  endpoint: 'user_events',
  data: { action: 'signup', user: { id: 'user_123', email: 'user@example.com' } },
};

function createScene() {
  const runtime = createRuntime();
  runtime.registerTrigger({
    ...{ name: 'user.created', type: 'event', source: 'auth-module' },
    schema: z.object({ userId: z.string() }),
  } as const);
  const world = createWorld(toTriggers(userEvents), defineActors({ echo: Echo }), { runtime });
  const post = (sent: unknown, headers: Readonly<Record<string, string>> = {}) =>
    answer(world.engine, 'api-emit', {
      ...{ headers, body: sent },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  return { world, post };
}

describe('an event that is emitted by the API', () => {
  it('runs the triggers of its endpoint', async () => {
    const { world, post } = createScene();
    const { status, json } = await post(body);
    await world.drain();
    expect(status).toBe(202);
    const [run] = await world.runs();
    expect(json).toEqual({ id: run?.eventId });
    expect(run?.status === 'succeeded' && run.output).toEqual({
      user_id: 'user_123',
      email: 'user@example.com',
    });
    expect(await world.events()).toMatchObject([
      {
        ...{ source: 'emit', type: 'user_events', verified: true },
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    ]);
  });

  it('is another each time', async () => {
    const { world, post } = createScene();
    await post(body);
    await post(body);
    await world.drain();
    expect(await world.runs()).toHaveLength(2);
  });

  it('is one under one id, in the body or as a header', async () => {
    const { world, post } = createScene();
    expect(await post({ ...body, id: 'signup-1' })).toMatchObject({ json: { id: 'signup-1' } });
    await world.drain();
    await post(body, { 'idempotency-key': '"signup-1"' });
    await world.drain();
    expect(await world.runs()).toHaveLength(1);
  });

  it('may have no data', async () => {
    const { world, post } = createScene();
    await post({ endpoint: 'tick' });
    await world.drain();
    expect(await world.events()).toMatchObject([{ type: 'tick', data: {} }]);
  });

  it.each([
    ['without an endpoint', { data: {} }, 400, 'emit_invalid'],
    ['with a type that is none', { endpoint: 'user.*' }, 400, 'emit_invalid'],
    ['with a field that is not known', { ...body, colour: 'red' }, 400, 'emit_invalid'],
    ['with data that is no object', { endpoint: 'a', data: [] }, 400, 'emit_invalid'],
    ['with an id of two words', { ...body, id: 'a b' }, 400, 'emit_invalid'],
    ['with no JSON', '{', 400, 'payload_malformed'],
    ['with a list', [], 400, 'payload_malformed'],
    ['with too much', `{"endpoint":"a"${' '.repeat(5_242_880)}}`, 413, 'body_too_large'],
    [
      'with data that does not fit the event of that name',
      { endpoint: 'user.created', data: { userId: 7 } },
      ...([422, 'schema_mismatch'] as const),
    ],
  ])('is refused %s', async (_, sent, status, code) => {
    const { world, post } = createScene();
    await expect(post(sent)).rejects.toMatchObject({ status, code });
    expect(await world.queue.depth()).toBe(0);
  });

  it('is refused where it does not say that it is JSON, as pages of others cannot', async () => {
    const { post } = createScene();
    const plain = post(body, { 'content-type': 'text/plain;charset=UTF-8' });
    await expect(plain).rejects.toMatchObject({ status: 415, code: 'media_type_unsupported' });
  });
});

describe('the function for it', () => {
  const call = (init: { body: string; headers?: Record<string, string> }, app = createEcho()) => {
    const handler = createApiHandler(() => app, 'api-trigger-execute');
    const request = new HttpRequest({
      ...{ method: 'POST', url: 'http://localhost/api/v1/emit', params: { name: 'a' } },
      headers: { host: 'localhost:7071', ...init.headers },
      body: { string: init.body },
    });
    return handler(request, new InvocationContext());
  };

  it('hands the body over as it came', async () => {
    expect(await call({ body: '{"a":1}' })).toMatchObject({
      ...{ status: 202, body: '{"bytes":7,"name":"a"}' },
    });
  });

  it('asks for a length where the host has lost a chunked body', async () => {
    const { world } = createScene();
    const { answer } = createRouteCaller(() => createApi(world.engine));
    const init = { body: '', headers: { 'transfer-encoding': 'chunked' } };
    expect(await call(init, { logger: silent, answer })).toMatchObject({ status: 411 });
    expect(await world.queue.depth()).toBe(0);
  });
});

/** An app that answers with the length of the body. */
function createEcho(): Pick<App, 'answer' | 'logger'> {
  return {
    logger: silent,
    answer: async (_, { body, params }) => ({
      ...{ status: 202, headers: {} },
      json: { bytes: body.length, name: params.name ?? null },
    }),
  };
}
