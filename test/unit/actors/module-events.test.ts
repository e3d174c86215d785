import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { defineEvents } from '../../../shared/heddle/actors/module-event.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { EVENTS } from '../../../shared/heddle/ports/collections.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

const UserSchema = z.object({
  userId: z.string(),
  email: z.email(),
  name: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const user = { userId: 'u1', email: 'ada@example.org', name: 'Ada' };

/** Registers as a module of the app does. */
function createModule(config = { persistData: true, retentionDays: 90 }) {
  const runtime = createRuntime();
  const userCreated = runtime.registerTrigger({
    name: 'user.created',
    type: 'event',
    displayName: 'User Created',
    description: 'Triggered when a new user signs up',
    source: 'auth-module',
    schema: UserSchema,
    config,
  });
  return { runtime, userCreated };
}

class Echo extends Actor {
  execute(input: JsonObject) {
    const { _trigger_event: _about, ...rest } = input;
    return rest;
  }
}
const actors = defineActors({ echo: Echo });
const welcome = { name: 'welcome', source: 'emit', eventType: 'user.created', actor: 'echo' };

describe('an event of a module', () => {
  it('runs the triggers that subscribe to its name', async () => {
    const { runtime, userCreated } = createModule();
    const triggers = toTriggers(welcome, { ...welcome, name: 'other', eventType: 'user.deleted' });
    const world = createWorld(triggers, actors, { runtime });
    const { id } = await runtime.emitTrigger(userCreated, user);
    await world.drain();
    expect(await world.runs()).toMatchObject([{ trigger: 'welcome', eventId: id, output: user }]);
    expect(await world.events()).toMatchObject([
      {
        ...{ source: 'emit', type: 'user.created', data: user, verified: true },
        fields: { module: 'auth-module' },
      },
    ]);
  });

  it('is not what its schema would make of it, but what was given', async () => {
    const runtime = createRuntime();
    const event = runtime.registerTrigger({
      ...{ name: 'user.created', type: 'event', source: 'm' },
      schema: z.object({ n: z.string().transform(Number), d: z.string().default('x') }),
    } as const);
    const world = createWorld(toTriggers(welcome), actors, { runtime });
    await runtime.emitTrigger(event, { n: '7' });
    await world.drain();
    expect((await world.events())[0]?.data).toEqual({ n: '7' });
  });

  it('needs no schema', async () => {
    const runtime = createRuntime();
    const formSubmitted = runtime.registerTrigger({
      name: 'form.submitted',
      type: 'event',
      source: 'form-module',
    });
    const world = createWorld(toTriggers({ ...welcome, eventType: 'form.submitted' }), actors, {
      runtime,
    });
    await runtime.emitTrigger(formSubmitted, { reviewerEmail: 'ada@example.org' });
    await world.drain();
    expect(await world.runs()).toMatchObject([{ output: { reviewerEmail: 'ada@example.org' } }]);
  });

  it('is taken in once under one id', async () => {
    const { runtime, userCreated } = createModule();
    const world = createWorld(toTriggers(welcome), actors, { runtime });
    await runtime.emitTrigger(userCreated, user, { id: 'signup-1' });
    await world.drain();
    const again = await runtime.emitTrigger(userCreated, user, { id: 'signup-1' });
    await world.drain();
    expect(again).toEqual({ id: 'signup-1' });
    expect(await world.runs()).toHaveLength(1);
  });

  it('is refused where its data does not fit, with the paths and without the values', async () => {
    const { runtime, userCreated } = createModule();
    const world = createWorld(toTriggers(welcome), actors, { runtime });
    const emitted = runtime.emitTrigger(userCreated, { ...user, email: 'hunter2', name: 'Eve' });
    const error = await emitted.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(RejectedError);
    expect(error).toMatchObject({
      ...{ status: 422, code: 'schema_mismatch' },
      message: 'The payload does not fit the schema of the event "user.created" at: /email',
    });
    expect(await world.queue.depth()).toBe(0);
  });

  it.each([
    [
      'a circle',
      () =>
        Object.assign(
          {},
          {
            get self() {
              return this;
            },
          },
        ),
    ],
    ['what JSON has no text for', () => ({ toJSON: () => undefined })],
    ['a list', () => [1]],
    ['a date', () => new Date(0)],
  ])('is refused where it is %s, which is no object of JSON', async (_, create) => {
    const runtime = createRuntime();
    const event = runtime.registerTrigger({ name: 'any', type: 'event', source: 'm' });
    createWorld([], actors, { runtime });
    await expect(runtime.emitTrigger(event, create())).rejects.toMatchObject({
      code: 'payload_malformed',
    });
  });

  it('is refused above the size that webhooks may have', async () => {
    const runtime = createRuntime();
    const event = runtime.registerTrigger({ name: 'any', type: 'event', source: 'm' });
    createWorld([], actors, { runtime });
    const text = 'x'.repeat(5 * 1024 * 1024);
    await expect(runtime.emitTrigger(event, { text })).rejects.toMatchObject({
      ...{ status: 413, code: 'body_too_large' },
    });
  });
});

describe('events that a runtime is created with', () => {
  const events = defineEvents({
    'user.created': { source: 'auth-module', schema: UserSchema },
    'user.deleted': { source: 'auth-module' },
  });

  it('are emitted by name, and as themselves', async () => {
    const runtime = createRuntime({ events });
    const world = createWorld(toTriggers({ ...welcome, eventType: 'user' }), actors, { runtime });
    await runtime.emitTrigger('user.created', user, { id: '1' });
    await runtime.emitTrigger('user.deleted', { userId: 'u1' }, { id: '2' });
    await runtime.emitTrigger(runtime.events['user.created'], user, { id: '3' });
    await world.drain();
    const types = (await world.runs()).map(({ eventId, eventType }) => [eventId, eventType]);
    expect(types.sort()).toEqual([
      ['1', 'user.created'],
      ['2', 'user.deleted'],
      ['3', 'user.created'],
    ]);
  });

  it('do not compile with other names or data, which this file proves to the compiler', async () => {
    const runtime = createRuntime({ events });
    const { runtime: module, userCreated } = createModule();
    createWorld([], actors, { runtime });
    createWorld([], actors, { runtime: module });
    const wrong = [
      // @ts-expect-error the schema asks for an email and a name
      runtime.emitTrigger('user.created', { userId: 'u1' }),
      // @ts-expect-error the schema asks for a text
      runtime.emitTrigger('user.created', { ...user, userId: 7 }),
      // @ts-expect-error the same by the event itself
      module.emitTrigger(userCreated, { userId: 'u1' }),
      // @ts-expect-error and by that of the other runtime
      runtime.emitTrigger(runtime.events['user.created'], { userId: 'u1' }),
    ];
    const results = await Promise.allSettled(wrong);
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    // @ts-expect-error there is no event of this name
    const unknown = runtime.emitTrigger('user.creatd', user);
    await expect(unknown).resolves.toBeDefined();
    // @ts-expect-error this runtime was created without events
    await expect(module.emitTrigger('user.created', user)).resolves.toBeDefined();
  });
});

describe('what is kept of a module’s event', () => {
  async function emitAndDrain(
    config: { persistData: boolean; retentionDays: number },
    ...triggers: readonly object[]
  ) {
    const { runtime, userCreated } = createModule(config);
    const world = createWorld(toTriggers(...triggers), actors, { runtime });
    const { id } = await runtime.emitTrigger(userCreated, user);
    await world.drain();
    const find = async () => (await world.events()).find(({ eventId }) => eventId === id);
    return { world, find };
  }
  const day = 86_400_000;

  it('is kept for as long as it says', async () => {
    const { world, find } = await emitAndDrain({ persistData: true, retentionDays: 90 }, welcome);
    await world.clock.advance(89 * day);
    expect(await find()).toMatchObject({ data: user });
    await world.clock.advance(3 * day);
    expect(await find()).toBeUndefined();
  });

  it('has no payload where it says so, and its runs have it all the same', async () => {
    const forgetful = { persistData: false, retentionDays: 90 };
    const { world, find } = await emitAndDrain(forgetful, welcome);
    expect(await find()).toMatchObject({ data: {}, fields: {}, isStripped: true });
    expect(await world.runs()).toMatchObject([{ status: 'succeeded', output: user }]);
    const { items } = await world.store.list(EVENTS, { limit: 10 });
    expect(JSON.stringify(items)).not.toContain('ada@example.org');
  });

  it('has its payload where a window has to hand it to its run', async () => {
    const forgetful = { persistData: false, retentionDays: 90 };
    const batch = { ...welcome, batch: { size: 5, wait: '1m' } };
    const { world } = await emitAndDrain(forgetful, batch);
    await world.drain();
    expect(await world.runs()).toMatchObject([{ output: { count: 1, events: [user] } }]);
  });
});
