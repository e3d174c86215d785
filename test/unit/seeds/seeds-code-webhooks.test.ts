import Stripe from 'stripe';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { ActorClass } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { createCodeWorld } from '../../helpers/code-world.ts';
import { echoing } from '../../helpers/shop.ts';

// The snippet of the seed document as it stands there: `runtime` is what it calls useTriggers().

const echo: ActorClass = echoing.echo ?? expect.fail();

function stripeVerifySignature(payload: Buffer, signature: string, secret: string): boolean {
  return Stripe.webhooks.constructEvent(payload, signature, secret) !== undefined;
}

const payment = (type: string) =>
  JSON.stringify({
    ...{ id: 'evt_1', type },
    data: { object: { id: 'pi_1', amount: 2000, currency: 'usd' } },
  });

/** Delivers as Stripe does. */
function stripe(payload: string, secret = 'whsec_of_stripe') {
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const headers = { 'content-type': 'application/json', 'stripe-signature': header };
  return { headers, body: payload };
}

/** Seed 002, 1.2 and the flow's configuration. */
function registerStripe(mode: 'auto' | 'manual' = 'auto') {
  vi.stubEnv('STRIPE_WEBHOOK_SECRET', 'whsec_of_stripe');
  const runtime = createRuntime();
  const { registerTrigger } = runtime;
  registerTrigger({
    name: 'stripe.payment.succeeded',
    type: 'webhook',
    scope: 'flow', // Entry trigger
    displayName: 'Stripe Payment Succeeded',
    source: 'external',
    endpoint: {
      path: '/webhooks/stripe',
      method: 'POST',
      auth: {
        type: 'signature',
        secret: process.env.STRIPE_WEBHOOK_SECRET,
        header: 'stripe-signature',
        verify: stripeVerifySignature,
      },
    },
    schema: z.object({
      type: z.literal('payment_intent.succeeded'),
      data: z.object({
        object: z.object({
          id: z.string(),
          amount: z.number(),
          currency: z.string(),
        }),
      }),
    }),
    transform: (payload) => ({
      paymentId: payload.data.object.id,
      amount: payload.data.object.amount / 100,
      currency: payload.data.object.currency,
    }),
    config: {
      persistData: true,
      retentionDays: 365,
      rateLimit: {
        max: 1000,
        window: 3600000, // Max 1000 per hour
      },
    },
  });
  registerTrigger({ name: 'manual.process.payment', type: 'manual' });
  runtime.subscribe('payment-flow', {
    triggers: ['stripe.payment.succeeded', 'manual.process.payment'],
    mode, // or 'manual'
  });
  return createCodeWorld(runtime, { 'payment-flow': echo });
}

describe('an external webhook', () => {
  it('starts the flow that subscribes to it', async () => {
    const world = await registerStripe();
    const reply = await world.post('stripe', stripe(payment('payment_intent.succeeded')));
    expect(reply.status).toBe(202);
    await world.drain();
    expect(await world.runs()).toMatchObject([
      {
        ...{ trigger: 'payment-flow.stripe.payment.succeeded', status: 'succeeded' },
        output: { paymentId: 'pi_1', amount: 20, currency: 'usd' },
      },
    ]);
  });

  it('is refused where it is forged, and decided where it is of another type', async () => {
    const world = await registerStripe();
    const other = payment('payment_intent.created');
    await expect(world.post('stripe', stripe(other, 'whsec_of_nobody'))).rejects.toMatchObject({
      status: 401,
    });
    expect(await world.post('stripe', stripe(other))).toMatchObject({ status: 202 });
    await world.drain();
    expect(await world.runs()).toEqual([]);
    expect(await world.decisions()).toMatchObject([
      { trigger: 'stripe.payment.succeeded' },
      { clause: 'schema', expected: '"a payload that fits at: /type"' },
    ]);
  });

  it('waits for a person in mode: manual', async () => {
    const world = await registerStripe('manual');
    await world.post('stripe', stripe(payment('payment_intent.succeeded')));
    await world.drain();
    expect(await world.runs()).toEqual([]);
    expect(await world.decisions()).toMatchObject([{}, { clause: 'mode', expected: '"auto"' }]);
    const data = JSON.parse(payment('payment_intent.succeeded'));
    await world.execute('payment-flow.stripe.payment.succeeded', data);
    await world.drain();
    expect(await world.runs()).toMatchObject([{ output: { paymentId: 'pi_1', amount: 20 } }]);
  });
});
