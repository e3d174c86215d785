import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { exactInteger } from '../../../shared/heddle/actors/exact-integer.ts';
import { fire, type PollContext, Poller } from '../../../shared/heddle/actors/poller.ts';
import type { Event } from '../../../shared/heddle/index.ts';
import { defineEndpoint } from '../../../shared/heddle/sources/custom/endpoint.ts';
import { createTestApp, pollOnce, runActor } from '../../../shared/heddle/testing/index.ts';

const ID = '9007199254740993';
const DATA = `{"id":${ID},"small":7,"list":[1e400]}`;

class Seeing extends Actor {
  async execute(input: unknown) {
    const { state } = this;
    const seen = JSON.parse(JSON.stringify({ input, state }));
    this.updateState({ kept: BigInt(ID) } as never);
    return { seen, raw: this.context.triggerContext.rawJson(), big: BigInt(ID) };
  }
}

const open = { kind: 'custom', auth: { kind: 'none' }, requireVerification: false };
const request = {
  path: '/webhooks/custom/open',
  headers: { 'content-type': 'application/json' },
  body: DATA,
};
const plain = { id: ID, small: 7, list: ['1e400'] };

describe('code', () => {
  it('gets the text of the digits, and the exact text of the payload', async () => {
    const seen: unknown[] = [];
    const see = (event: Event) => seen.push([event.data, event.rawJson()]);
    const runtime = createRuntime();
    runtime.registerTrigger('seen', {
      ...{ source: 'open', actor: 'seeing', requireVerification: false },
      schema: z.looseObject({ id: z.string(), small: z.number() }),
      filter: (event) => see(event as Event) > 0,
      transform: (event) => {
        see(event as Event);
        return { ...event.data, big: BigInt(ID) as never };
      },
    });
    runtime.onTrigger('seen', (event, _context, next) => {
      see(event);
      return next();
    });
    const actors = { seeing: Seeing };
    const triggers = { sources: { open }, triggers: [] };
    await using app = await createTestApp({ app: { runtime, actors }, triggers });
    const { runs } = await app.deliver(request);
    expect(seen).toEqual(Array(3).fill([plain, DATA]));
    expect(runs).toMatchObject([
      { output: { seen: { input: { ...plain, big: ID }, state: {} }, raw: DATA, big: ID } },
    ]);
    const run = await app.app.call('api-run', { params: { id: runs[0]?.id ?? '' } });
    expect(JSON.stringify(run)).toContain(`"state":{"kept":${ID}}`);
    expect(JSON.stringify(run)).toMatch(new RegExp(`"raw":"[^}]*}","big":${ID}}`));
  });

  it('of an endpoint gets the text of the digits, and leaves the payload as it was sent', async () => {
    const seen: unknown[] = [];
    const endpoint = defineEndpoint({
      schema: z.looseObject({ id: z.string() }),
      filter: (event) => seen.push([event.data, event.rawJson()]) > 0,
    });
    const triggers = { sources: { open }, triggers: [] };
    await using app = await createTestApp({ app: { endpoints: { open: endpoint } }, triggers });
    const { events } = await app.deliver(request);
    expect(seen).toEqual([[plain, DATA]]);
    const query = new URLSearchParams();
    const event = await app.app.call('api-event', { params: { id: events[0]?.id ?? '' }, query });
    expect(JSON.stringify(event)).toContain(DATA);
  });

  it('of a hook passes what it gets to an actor', async () => {
    const runtime = createRuntime();
    const invoked: unknown[] = [];
    runtime.registerTrigger('seen', { source: 'open', actor: 'log', requireVerification: false });
    runtime.onTrigger('seen', async (event, context, next) => {
      invoked.push(await runtime.invokeActor('seeing', event, context));
      return next();
    });
    const triggers = { sources: { open }, triggers: [] };
    await using app = await createTestApp({
      app: { runtime, actors: { seeing: Seeing } },
      triggers,
    });
    await app.deliver(request);
    expect(invoked).toMatchObject([{ success: true, output: { seen: { input: plain } } }]);
  });

  it('of an actor gets its state as it gets its input', async () => {
    const { output, state } = await runActor(Seeing, {
      input: { n: 1 },
      state: { id: BigInt(ID) } as never,
    });
    expect(output).toMatchObject({ seen: { state: { id: ID } }, big: ID });
    expect(state).toEqual({ id: ID, kept: ID });
  });

  it('calculates with an exact integer', async () => {
    class Adding extends Actor {
      static override readonly input = z.object({ id: exactInteger(), small: exactInteger() });
      async execute({ id, small }: z.infer<typeof Adding.input>) {
        return { sum: id + small };
      }
    }
    const triggers = {
      sources: { open },
      triggers: [{ name: 'a', source: 'open', actor: 'adding', requireVerification: false }],
    };
    await using app = await createTestApp({ app: { actors: { adding: Adding } }, triggers });
    const { runs } = await app.deliver(request);
    expect(runs).toMatchObject([{ output: { sum: 9007199254741000 } }]);
  });

  it('may emit and invoke with bigints', async () => {
    class Emitting extends Actor {
      async execute() {
        await this.context.emit('made', { id: BigInt(ID) });
      }
    }
    const triggers = [
      { name: 'emits', source: 'manual', actor: 'emitting' },
      { name: 'takes', source: 'emit', eventType: 'made', actor: 'log', conditions: { id: ID } },
    ];
    const runtime = createRuntime();
    const results: unknown[] = [];
    runtime.onTrigger('emits', async (_event, { invokeActor }, next) => {
      results.push(await invokeActor('seeing', { id: ID }));
      return next();
    });
    const actors = { emitting: Emitting, seeing: Seeing };
    await using app = await createTestApp({ app: { actors, runtime }, triggers });
    const { runs } = await app.execute('emits');
    expect(runs.map(({ trigger, status }) => [trigger, status])).toEqual([
      ['emits', 'succeeded'],
      ['takes', 'succeeded'],
    ]);
    expect(results).toMatchObject([{ success: true, output: { big: ID } }]);
  });

  it('of a poller gets the state as text, and may fire with bigints', async () => {
    class Counting extends Poller {
      override readonly name = 'counting';
      override async poll({ state }: PollContext) {
        return fire(
          { was: state ?? null, id: BigInt(ID) as never },
          { state: BigInt(ID) as never },
        );
      }
    }
    const first = await pollOnce(Counting);
    const second = await pollOnce(Counting, { state: first.state ?? null });
    expect(second.events).toMatchObject([{ context: { was: ID } }]);
    expect(JSON.stringify(second.events)).toContain(`"id":${ID}`);
  });
});

describe('an exact integer', () => {
  it.each([
    [7, 7n],
    [ID, 9007199254740993n],
    [1152921504606847000, 1152921504606847000n],
    ['1e30', 10n ** 30n],
    [-5n, -5n],
  ])('is read from %s', (given, expected) => {
    expect(exactInteger().parse(given)).toBe(expected);
  });

  it.each([1.5, '1.5', '', 'x', ' 1', null, '1e99999'])('is not %j', (given) => {
    expect(exactInteger().safeParse(given).error?.issues[0]?.message).toBe(
      'expected a whole number',
    );
  });

  it('is described for people', () => {
    const described = z.toJSONSchema(exactInteger(), { unrepresentable: 'any', io: 'input' });
    expect(described).toMatchObject({ type: ['integer', 'string'] });
  });
});
