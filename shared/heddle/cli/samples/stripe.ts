import { createHmac } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

/** The object of an event by its type: those of Stripe's types that triggers commonly name. */
const OBJECTS: Readonly<Record<string, object>> = {
  'charge.refunded': { object: 'charge', amount: 1000, amount_refunded: 1000, status: 'succeeded' },
  'checkout.session.completed': {
    object: 'checkout.session',
    amount_total: 1000,
    status: 'complete',
  },
  'customer.subscription.deleted': { object: 'subscription', status: 'canceled' },
  'invoice.payment_failed': { object: 'invoice', amount_due: 1000, status: 'open' },
  'payment_intent.succeeded': { object: 'payment_intent', amount: 1000, status: 'succeeded' },
};

/**
 * Signs an event as Stripe does.
 * @returns a function that creates an event with a fresh id and the present timestamp
 * @throws {CliError} when there is no such example, or the secret is not set
 */
export function createStripeSample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const { now, createId, hasPayload, toPayload } = toSampleTools(options);
  const object = Object.hasOwn(OBJECTS, type) ? OBJECTS[type] : undefined;
  if (!object && !hasPayload) {
    const known = Object.keys(OBJECTS).join(', ');
    throw new CliError(`There is no example of "${type}". Known types: ${known}`);
  }
  const secret = readSetting('STRIPE_WEBHOOK_SECRET');
  return () => {
    const timestamp = Math.floor(now() / 1000);
    const id = `evt_${createId().replaceAll('-', '')}`;
    const event = toPayload(() => toEvent({ id, type, created: timestamp }, object));
    const body = JSON.stringify(event, null, 2);
    const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    return {
      path: 'webhooks/stripe',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': `t=${timestamp},v1=${digest}`,
      },
      body,
    };
  };
}

interface Head {
  readonly id: string;
  readonly type: string;
  readonly created: number;
}

function toEvent({ id, type, created }: Head, object: object | undefined): object {
  return {
    id,
    object: 'event',
    created,
    data: { object: { id: 'sample_1', currency: 'eur', customer: 'cus_sample', ...object } },
    livemode: false,
    type,
  };
}
