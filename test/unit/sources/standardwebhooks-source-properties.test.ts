import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';
import { describe, expect, it } from 'vitest';
import { standardwebhooks } from '../../../shared/heddle/sources/standardwebhooks/standardwebhooks.ts';
import { edit, edits } from '../../helpers/odd-payloads.ts';
import { createMutation, noise, paths } from '../../helpers/odd-requests.ts';
import { createRequest, createSourceOf, type RequestParts, takeIn } from '../../helpers/sources.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const source = createSourceOf(standardwebhooks, { secrets: [SECRET] });

const PAYLOAD = {
  type: 'contact.created',
  timestamp: '2026-12-01T00:00:00.344522Z',
  data: { id: '1f81eb52-5198-4599-803e-771906343485' },
};

const PAYLOADS = [PAYLOAD];

function sign(payload: object | Buffer, secret: string, prefix = 'webhook'): RequestParts {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const timestamp = `${Math.floor(Date.now() / 1000)}`;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const hmac = createHmac('sha256', key).update(`msg_1.${timestamp}.`).update(body);
  const headers = {
    'content-type': 'application/json',
    [`${prefix}-id`]: 'msg_1',
    [`${prefix}-timestamp`]: timestamp,
    [`${prefix}-signature`]: `v1,${hmac.digest('base64')}`,
  };
  return { headers, body };
}

const mutation = createMutation([(text) => `${text}zz`, (text) => text.replace('1', '0')]);

const LIBRARIES = { webhook: Webhook, svix: Svix };

function isAcceptedBy(
  prefix: keyof typeof LIBRARIES,
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): boolean {
  try {
    new LIBRARIES[prefix](secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

describe.each(['webhook', 'svix'] as const)('what the library of %s signs', (prefix) => {
  it('is accepted, and no mutation of it that the library refuses, in 3,000 of them', async () => {
    const counts = { accepted: 0, refused: 0 };
    const mutations = fc.tuple(mutation, mutation, mutation, mutation, mutation);
    await fc.assert(
      fc.asyncProperty(mutations, async ([onBody, onId, onTime, onSignature, onSecret]) => {
        const payload = JSON.stringify(PAYLOAD);
        const now = new Date();
        const signature = new LIBRARIES[prefix](SECRET).sign('msg_1', now, payload);
        const [body, secret] = [onBody(payload), onSecret(SECRET)];
        const headers = {
          [`${prefix}-id`]: onId('msg_1'),
          [`${prefix}-timestamp`]: onTime(`${Math.floor(now.getTime() / 1000)}`),
          [`${prefix}-signature`]: onSignature(signature),
        };
        const { status } = await takeIn(
          createSourceOf(standardwebhooks, { secrets: [secret] }),
          createRequest({ headers, body }),
        );
        if (!isAcceptedBy(prefix, secret, headers, body)) {
          expect(status).toBeGreaterThanOrEqual(400);
        }
        counts[status === 202 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 3000 },
    );
    expect(counts.accepted).toBeGreaterThan(10);
    expect(counts.refused).toBeGreaterThan(1000);
  });

  it('is accepted whatever the payload is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        const now = new Date();
        const signature = new LIBRARIES[prefix](SECRET).sign('msg_1', now, body);
        const headers = {
          [`${prefix}-id`]: 'msg_1',
          [`${prefix}-timestamp`]: `${Math.floor(now.getTime() / 1000)}`,
          [`${prefix}-signature`]: signature,
        };
        expect((await takeIn(source, createRequest({ headers, body }))).status).toBe(202);
      }),
    );
  });
});

describe('a genuine payload with odd fields', () => {
  it('is accepted, whatever is missing or odd', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PAYLOADS), edits, async (payload, changes) => {
        const { status } = await takeIn(
          source,
          createRequest(sign(edit(payload, changes), SECRET)),
        );
        expect(status).toBe(202);
      }),
      { numRuns: 2000 },
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

const names = fc.constantFrom(
  'content-type',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'svix-id',
);
const headers = fc.dictionary(
  fc.oneof(names, fc.string()),
  fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('application/json', '1', 'v1,', 'v1,AAAA'),
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
        expect(status).toBe(401);
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
