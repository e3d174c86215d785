import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { createCodeWorld } from '../../helpers/code-world.ts';
import { echoing, ORDER, orderRequest, shopSignature, signOrder } from '../../helpers/shop.ts';

const OrderSchema = z.object({ order: z.string(), cents: z.number() });

describe('the schema of a webhook', () => {
  async function createStrict(persistData = true) {
    const runtime = createRuntime();
    runtime.registerTrigger({
      ...{ name: 'order.paid', type: 'webhook', actor: 'echo' },
      endpoint: { path: '/shop', auth: shopSignature },
      schema: OrderSchema,
      filter: (payload) => payload.cents > 0,
      transform: (payload, { id }) => ({ order: payload.order, euros: payload.cents / 100, id }),
      config: { persistData, retentionDays: 365 },
    });
    const world = await createCodeWorld(runtime, echoing);
    const send = async (payload: object) => {
      const body = JSON.stringify(payload);
      const reply = await world.post(
        'shop',
        orderRequest({ 'x-signature': signOrder(body) }, body),
      );
      await world.drain();
      return reply;
    };
    return { ...world, send };
  }

  it('lets what fits run, by what filter and transform make of the payload', async () => {
    const world = await createStrict();
    const { json: reply } = await world.send({ order: 'A-7', cents: 1250 });
    const { id } = reply as { readonly id: string };
    expect(await world.runs()).toMatchObject([{ output: { order: 'A-7', euros: 12.5, id } }]);
  });

  it('refuses no sender: what does not fit is accepted, and the decision names the places', async () => {
    const world = await createStrict();
    const { status } = await world.send({ order: 7, 'a private key': 'hunter2' });
    expect(status).toBe(202);
    expect(await world.runs()).toEqual([]);
    expect(await world.decisions()).toEqual([
      {
        ...{ trigger: 'order.paid', outcome: 'unmatched', clause: 'schema' },
        expected: '"a payload that fits at: /order, /cents"',
      },
    ]);
  });

  it('comes before the filter, which may rely on it', async () => {
    const world = await createStrict();
    await world.send({ order: 'A-7', cents: 0 });
    expect(await world.decisions()).toMatchObject([{ clause: 'code.filter' }]);
  });

  it('quotes nothing where payloads are not kept', async () => {
    const world = await createStrict(false);
    await world.send({ order: 'hunter2', cents: 'hunter3' });
    expect(await world.decisions()).toMatchObject([{ clause: 'schema' }]);
    expect(JSON.stringify(await world.events())).not.toContain('hunter');
  });

  it('is an error of the trigger where it cannot decide at once', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger({
      ...{ name: 'slow', type: 'webhook', actor: 'echo' },
      endpoint: { path: '/shop', auth: shopSignature },
      schema: z.object({ order: z.string().refine(async () => true) }),
    });
    const world = await createCodeWorld(runtime, echoing);
    await world.post('shop', orderRequest({ 'x-signature': signOrder(ORDER) }));
    await world.drain();
    expect(await world.decisions()).toMatchObject([
      { outcome: 'error', message: expect.stringContaining('it must not be async') },
    ]);
  });

  it('checks the events of any trigger by name too', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger('typed', { source: 'emit', actor: 'echo', schema: OrderSchema });
    runtime.registerTrigger({ name: 'order', type: 'event', source: 'shop' });
    const world = await createCodeWorld(runtime, echoing);
    const order = runtime.registrations.events.get('order') ?? expect.fail();
    await runtime.emitTrigger(order, { order: 'A-7' });
    await world.drain();
    expect(await world.decisions()).toMatchObject([{ trigger: 'typed', clause: 'schema' }]);
  });
});

describe('the rate limit of a webhook', () => {
  it('counts in windows of milliseconds', async () => {
    const runtime = createRuntime();
    runtime.registerTrigger({
      ...{ name: 'order.paid', type: 'webhook', actor: 'echo' },
      endpoint: { path: '/shop', auth: shopSignature },
      config: { rateLimit: { max: 2, window: 60_000 } },
    });
    const world = await createCodeWorld(runtime, echoing);
    const send = () => world.post('shop', orderRequest({ 'x-signature': signOrder(ORDER) }));
    await send();
    await send();
    await expect(send()).rejects.toMatchObject({ status: 429, code: 'rate_limited' });
    await world.clock.advance(60_000);
    expect(await send()).toMatchObject({ status: 202 });
  });
});
