import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { stripe } from '../../../shared/heddle/sources/stripe/stripe.ts';
import { edit, edits } from '../../helpers/odd-payloads.ts';
import { createMutation, noise, paths } from '../../helpers/odd-requests.ts';
import { createRequest, createSourceOf, type RequestParts, takeIn } from '../../helpers/sources.ts';

const SECRET = 'whsec_test_secret';
const source = createSourceOf(stripe, { secrets: [SECRET] });

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

const THIN = {
  ...{ id: 'evt_test_1', object: 'v2.core.event', type: 'v1.billing.meter.no_meter_found' },
  created: '2026-12-01T00:00:00.000Z',
  related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
};
const PAYLOADS = [PAYLOAD, THIN];

function sign(payload: object | Buffer, secret: string): RequestParts {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload, null, 2));
  const timestamp = Math.floor(Date.now() / 1000);
  const digest = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  const signature = `t=${timestamp},v1=${digest}`;
  return { headers: { 'content-type': 'application/json', 'stripe-signature': signature }, body };
}

const mutation = createMutation([(text) => `${text}zz`, (text) => text.replace('1', '0')]);

function isAcceptedByStripe(body: string, header: string, secret: string, receivedAt: number) {
  try {
    const bytes = Buffer.from(body);
    Stripe.webhooks.constructEvent(bytes, header, secret, 300, undefined, receivedAt);
    return true;
  } catch {
    return false;
  }
}

describe("what Stripe's own library signs", () => {
  it('is accepted, and no mutation of it that the library refuses, in 5,000 of them', async () => {
    const counts = { accepted: 0, refused: 0 };
    const ages = fc.integer({ min: -300, max: 310 });
    const mutations = fc.tuple(mutation, mutation, mutation, ages);
    await fc.assert(
      fc.asyncProperty(mutations, async ([onBody, onHeader, onSecret, age]) => {
        const payload = JSON.stringify(PAYLOAD, null, 2);
        const receivedAt = Date.now();
        const timestamp = Math.floor(receivedAt / 1000) - age;
        const given = { payload, secret: SECRET, timestamp };
        const header = onHeader(Stripe.webhooks.generateTestHeaderString(given));
        const [body, secret] = [onBody(payload), onSecret(SECRET)];
        const { status } = await takeIn(
          createSourceOf(stripe, { secrets: [secret] }),
          createRequest({
            headers: { 'content-type': 'application/json', 'stripe-signature': header },
            body,
            receivedAt,
          }),
        );
        const isGenuine = isAcceptedByStripe(body, header, secret, receivedAt);
        if (!isGenuine) expect(status).toBeGreaterThanOrEqual(400);
        const isUntouched = body === payload && secret === SECRET && header === sameOf(given);
        if (isUntouched && age <= 300) expect(status).toBe(202);
        counts[status === 202 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 5000 },
    );
    expect(counts.accepted).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(1000);
  });
});

function sameOf(given: { payload: string; secret: string; timestamp: number }): string {
  return Stripe.webhooks.generateTestHeaderString(given);
}

describe('a genuine payload with odd fields', () => {
  it('is accepted or refused with 400, whatever is missing or odd', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PAYLOADS), edits, async (payload, changes) => {
        const { status } = await takeIn(
          source,
          createRequest(sign(edit(payload, changes), SECRET)),
        );
        expect([202, 400]).toContain(status);
        counts[status < 300 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 2000 },
    );
    expect(counts.accepted).toBeGreaterThan(500);
    expect(counts.refused).toBeGreaterThan(20);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

const names = fc.constantFrom('content-type', 'stripe-signature');
const headers = fc.dictionary(
  fc.oneof(names, fc.string()),
  fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('application/json', 't=1,v1=00', 't=,v1='),
  ),
);

describe('any input', () => {
  it('that is not signed is refused', async () => {
    await fc.assert(
      fc.asyncProperty(headers, noise, paths, async (given, body, path) => {
        const { status, messages } = await takeIn(
          source,
          createRequest({ headers: given, body, path }),
        );
        expect([400, 415]).toContain(status);
        expect(messages).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('that is signed is taken in so that dispatch can read it, or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(headers, noise, async (given, body) => {
        const signed = sign(body, SECRET);
        const request = createRequest({ ...signed, headers: { ...given, ...signed.headers } });
        const { status } = await takeIn(source, request);
        expect([202, 400]).toContain(status);
      }),
      { numRuns: 2000 },
    );
  });
});
