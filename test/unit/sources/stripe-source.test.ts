import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createStripeSample } from '../../../shared/heddle/cli/samples/stripe.ts';
import { stripe } from '../../../shared/heddle/sources/stripe/stripe.ts';
import { describeExpectedEvents, describeSecrets, toEvent } from '../../helpers/signed-source.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  type RequestParts,
  takeIn,
} from '../../helpers/sources.ts';

const SECRET = 'whsec_test_secret';
const OTHER = 'whsec_another_secret';

const PAYLOAD = {
  id: 'evt_1',
  object: 'event',
  account: 'acct_1',
  created: 1796083199,
  livemode: true,
  type: 'charge.refunded',
  data: {
    object: {
      id: 'ch_1',
      object: 'charge',
      amount: 1000,
      currency: 'eur',
      customer: { id: 'cus_1', object: 'customer' },
      status: 'succeeded',
    },
  },
};

function sign(payload: object | Buffer, secret: string): RequestParts {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload, null, 2));
  const timestamp = Math.floor(Date.now() / 1000);
  const digest = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  const signature = `t=${timestamp},v1=${digest}`;
  return { headers: { 'content-type': 'application/json', 'stripe-signature': signature }, body };
}

describeVectors('stripe.json', ({ secrets }) => createSourceOf(stripe, { secrets }));

describeExpectedEvents('stripe.json', stripe);

describeSecrets(stripe, {
  sign: (secret) => sign(PAYLOAD, secret),
  secrets: [SECRET, OTHER],
  refused: 400,
});

describe('an event of Stripe', () => {
  const takePayload = (payload: object) =>
    takeIn(createSourceOf(stripe, { secrets: [SECRET] }), createRequest(sign(payload, SECRET)));
  const take = async (payload: object) => toEvent((await takePayload(payload)).messages);

  it('is named, dated and described by what it is about', async () => {
    expect(await take(PAYLOAD)).toMatchObject({
      id: 'evt_1',
      type: 'charge.refunded',
      subject: 'ch_1',
      time: '2026-11-30T23:59:59.000Z',
      verified: true,
      data: PAYLOAD,
      fields: {
        type: 'charge.refunded',
        livemode: true,
        account: 'acct_1',
        object_id: 'ch_1',
        object_type: 'charge',
        amount: 1000,
        currency: 'eur',
        customer: 'cus_1',
        status: 'succeeded',
      },
    });
  });

  it('that is thin is described by what it refers to', async () => {
    const thin = {
      ...{ id: 'evt_test_1', object: 'v2.core.event', type: 'v1.billing.meter.no_meter_found' },
      created: '2026-12-01T00:00:00.000Z',
      related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
    };
    expect(await take(thin)).toMatchObject({
      subject: 'mtr_1',
      time: '2026-12-01T00:00:00.000Z',
      fields: { object_id: 'mtr_1', object_type: 'billing.meter' },
    });
  });

  it.each([
    ['without an id', { ...PAYLOAD, id: undefined }],
    ['without a type', { ...PAYLOAD, type: undefined }],
    ['with a blank type', { ...PAYLOAD, type: ' ' }],
  ])('%s is refused with 400', async (_, payload) => {
    expect((await takePayload(payload)).status).toBe(400);
  });

  it('of a media type that Stripe does not send is refused with 415', async () => {
    const { headers, body = '' } = sign(PAYLOAD, SECRET);
    const request = createRequest({ headers: { ...headers, 'content-type': 'text/plain' }, body });
    expect((await takeIn(createSourceOf(stripe, { secrets: [SECRET] }), request)).status).toBe(415);
  });
});

describe('an example of the command line', () => {
  it.each(['charge.refunded', 'payment_intent.succeeded', 'invoice.payment_failed'])(
    '%s is accepted, under a new id each time',
    async (type) => {
      const next = createStripeSample(type, () => SECRET);
      const ids = await Promise.all(
        [next(), next()].map(async (sample) => {
          const source = createSourceOf(stripe, { secrets: [SECRET] });
          const { status, messages } = await takeIn(source, createRequest(sample));
          const event = toEvent(messages);
          expect(status).toBeLessThan(300);
          expect(event.type).toBe(type);
          return event.id;
        }),
      );
      expect(new Set(ids).size).toBe(2);
    },
  );

  it('is refused by name where there is none', () => {
    expect(() => createStripeSample('toString', () => SECRET)).toThrow('Known types: ');
  });
});
