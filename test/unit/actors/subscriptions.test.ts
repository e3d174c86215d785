import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { createCodeWorld, readCode } from '../../helpers/code-world.ts';
import { echoing, ORDER, orderRequest, shopSignature, signOrder } from '../../helpers/shop.ts';

const OrderSchema = z.object({ order: z.string(), cents: z.number() });

/** A webhook, a manual trigger and an event, none of which has an actor. */
function createShop() {
  const runtime = createRuntime();
  runtime.registerTrigger({
    ...{ name: 'order.paid', type: 'webhook', schema: OrderSchema, tags: ['shop'] },
    endpoint: { path: '/shop', auth: shopSignature },
    filter: (payload) => payload.cents > 0,
    transform: (payload) => ({ euros: payload.cents / 100 }),
  });
  runtime.registerTrigger({ name: 'pay', type: 'manual', schema: OrderSchema });
  const form = runtime.registerTrigger({ name: 'form.submitted', type: 'event', source: 'forms' });
  return { runtime, form };
}

async function createSubscribed(
  ...subscriptions: Parameters<ReturnType<typeof createRuntime>['subscribe']>[]
) {
  const { runtime, form } = createShop();
  for (const subscription of subscriptions) runtime.subscribe(...subscription);
  const world = await createCodeWorld(runtime, { ...echoing, flow: echoing.echo ?? expect.fail() });
  const sendOrder = async (body = ORDER) => {
    const reply = await world.post('shop', orderRequest({ 'x-signature': signOrder(body) }, body));
    await world.drain();
    return reply;
  };
  return { ...world, runtime, form, sendOrder };
}

const BOTH = ['order.paid', 'pay'];

describe('an actor that subscribes to triggers', () => {
  it('runs for the events of each, with their schema, filter and transform', async () => {
    const world = await createSubscribed(['flow', { triggers: BOTH, mode: 'auto' }]);
    await world.sendOrder();
    expect(await world.runs()).toMatchObject([
      { trigger: 'flow.order.paid', status: 'succeeded', output: { euros: 12.5 } },
    ]);
    expect(await world.decisions()).toEqual([
      {
        ...{ trigger: 'order.paid', outcome: 'unmatched', clause: 'actor' },
        expected: '"an actor of its own, beside those that subscribe"',
      },
      { trigger: 'flow.order.paid', outcome: 'matched', runId: expect.any(String) },
    ]);
    await world.sendOrder(JSON.stringify({ order: 'A-8', cents: '1' }));
    expect(await world.runs()).toHaveLength(1);
  });

  it('runs where a trigger without an actor is executed', async () => {
    const world = await createSubscribed(
      ['flow', { triggers: BOTH }],
      ['audit', { triggers: ['pay'], actor: 'echo' }],
    );
    const data = { order: 'A-7', cents: 1 };
    const { runId, runIds = [] } = await world.execute('pay', data);
    await world.drain();
    const runs = await world.runs();
    expect(runs.map(({ trigger }) => trigger).sort()).toEqual(['audit.pay', 'flow.pay']);
    expect(runs.map(({ id }) => id).sort()).toEqual([...runIds].sort());
    expect(runIds[0]).toBe(runId);
    await expect(world.execute('pay', { order: 7 })).rejects.toMatchObject({
      ...{ status: 422, code: 'schema_mismatch' },
    });
  });

  it('runs for an event of a module', async () => {
    const world = await createSubscribed(['flow', { triggers: ['form.submitted'] }]);
    await world.runtime.emitTrigger(world.form, { id: 1 });
    await world.drain();
    expect(await world.runs()).toMatchObject([
      { trigger: 'flow.form.submitted', source: 'emit', eventType: 'form.submitted' },
    ]);
  });

  it('may have limits of its own, which replace those of the trigger', async () => {
    const { runtime } = createShop();
    runtime.registerTrigger('fast', { source: 'github', actor: 'echo', timeout: 5, tags: ['a'] });
    runtime.subscribe('flow', {
      triggers: ['fast'],
      actor: 'echo',
      timeout: '1m',
      maxConcurrent: 2,
    });
    const { triggers, faults } = await readCode(runtime, ['echo']);
    expect(faults).toEqual([]);
    expect(triggers.get('flow.fast')).toMatchObject({
      ...{ source: 'github', actor: 'echo', timeout: 60_000, maxConcurrent: 2, tags: ['a'] },
    });
  });

  it('subscribes to triggers of the file too, with the code that extends them', async () => {
    const { runtime } = createShop();
    const filter = () => true;
    runtime.extendTrigger('in-file', { filter });
    runtime.subscribe('flow', { triggers: ['in-file', 'nightly'], actor: 'echo' });
    const { triggers, faults } = await readCode(runtime, ['echo'], {
      triggers: [
        { name: 'in-file', source: 'github', actor: 'echo', onFailure: 'echo', eventType: 'push' },
        { name: 'nightly', source: 'schedule', actor: 'echo', schedule: '0 2 * * *' },
      ],
    });
    expect(faults).toEqual([]);
    expect(triggers.get('flow.in-file')).toMatchObject({ source: 'github', eventType: 'push' });
    expect(triggers.get('flow.in-file')?.onFailure).toBeUndefined();
    expect(triggers.codeOf('flow.in-file')).toEqual({ filter });
    expect(triggers.timed.map(({ name }) => name)).toEqual(['nightly', 'flow.nightly']);
  });

  it('has the hooks of the trigger', async () => {
    const { runtime } = createShop();
    const seen: string[] = [];
    runtime.onTrigger('pay', (_event, { triggerContext }, next) => {
      seen.push(triggerContext.triggerName);
      return next();
    });
    runtime.subscribe('flow', { triggers: ['pay', 'order.paid'], actor: 'echo' });
    const world = await createCodeWorld(runtime, echoing);
    await world.execute('pay', { order: 'A-7', cents: 1 });
    await world.post('shop', orderRequest({ 'x-signature': signOrder(ORDER) }));
    await world.drain();
    expect(seen).toEqual(['flow.pay']);
  });

  it.each([
    [
      ['order.payd'],
      'triggers: there is no trigger or event "order.payd": did you mean order.paid?',
    ],
    [[], 'triggers: expected the name of at least one trigger'],
  ])('subscribes to what there is: %j', async (triggers, fault) => {
    const { runtime } = createShop();
    runtime.subscribe('flow', { triggers, actor: 'echo' });
    expect((await readCode(runtime, ['echo'])).faults).toEqual([`code [flow] ${fault}`]);
  });

  it('is there, and its names are names of triggers', async () => {
    const { runtime } = createShop();
    runtime.subscribe('flow', { triggers: ['pay'] });
    runtime.subscribe('two words', { triggers: ['pay'], actor: 'echo' });
    const { faults } = await readCode(runtime, ['echo']);
    expect(faults).toEqual([
      expect.stringContaining('code [flow.pay] unknown actor "flow"'),
      expect.stringContaining('code [two words.pay] name: expected letters'),
    ]);
  });

  it('does not register once the app is open', async () => {
    const { runtime } = await createSubscribed(['flow', { triggers: ['pay'] }]);
    expect(() => runtime.subscribe('late', { triggers: ['pay'] })).toThrow('subscription "late"');
  });
});

describe('a subscription in mode: manual', () => {
  const manual = (...triggers: string[]) =>
    createSubscribed(['flow', { triggers, mode: 'manual' }]);

  it('records the events that match, and runs nothing', async () => {
    const world = await manual('order.paid');
    await world.sendOrder();
    expect(await world.runs()).toEqual([]);
    expect(await world.decisions()).toMatchObject([
      { trigger: 'order.paid', clause: 'actor' },
      { trigger: 'flow.order.paid', clause: 'mode', expected: '"auto"', found: '"manual"' },
    ]);
    await world.sendOrder(JSON.stringify({ order: 'A-8' }));
    expect(await world.decisions()).toMatchObject([{}, { clause: 'schema' }]);
  });

  it('runs when a person executes it, with a payload of its schema', async () => {
    const world = await manual('order.paid');
    const { runId } = await world.execute('flow.order.paid', { order: 'A-7', cents: 200 });
    await world.drain();
    expect(await world.runs()).toMatchObject([
      { id: runId, trigger: 'flow.order.paid', output: { euros: 2 } },
    ]);
    await expect(world.execute('flow.order.paid', { order: 7 })).rejects.toMatchObject({
      ...{ status: 422, code: 'schema_mismatch' },
    });
    await expect(
      world.execute('flow.order.paid', { order: 'A-7', cents: 0 }),
    ).rejects.toMatchObject({ status: 409, code: 'trigger_unmatched' });
  });

  it('is not run where the trigger that it subscribes to is executed', async () => {
    const world = await manual('pay');
    const data = { order: 'A-7', cents: 1 };
    await expect(world.execute('pay', data)).rejects.toMatchObject({
      ...{ status: 409, code: 'trigger_unmatched' },
      message: 'Trigger "pay" does not run: flow.pay: mode must be "auto".',
    });
    await world.execute('flow.pay', data);
    await world.drain();
    expect(await world.runs()).toMatchObject([{ trigger: 'flow.pay', output: data }]);
  });
});

describe('a trigger without an actor', () => {
  it('is not executed where nothing subscribes', async () => {
    const { runtime } = createShop();
    const world = await createCodeWorld(runtime, echoing);
    await expect(world.execute('pay', { order: 'A-7', cents: 1 })).rejects.toMatchObject({
      message: 'Trigger "pay" does not run: it has no actor, and nothing subscribes to it.',
    });
  });

  it('cannot be written in a file', async () => {
    const written = { name: 'a', source: 'github', actor: '(subscribers)' };
    const { faults } = await readCode(createRuntime(), ['echo'], { triggers: [written] });
    expect(faults).toEqual([expect.stringContaining('unknown actor "(subscribers)"')]);
  });
});
