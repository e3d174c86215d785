import { createHmac } from 'node:crypto';
import { sign, verify } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeddleError, RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { ingest } from '../../../shared/heddle/pipeline/ingest/ingest.ts';
import { MAX_DEPTH } from '../../../shared/heddle/sources/body.ts';
import {
  createDelivery,
  createSource,
  type Delivery,
  type Example,
  examples,
  FORM,
  SECRET,
  toFormBody,
  toRequest,
} from '../../helpers/github.ts';
import { createMutation } from '../../helpers/odd-requests.ts';
import { createCollectingQueue } from '../../helpers/sources.ts';

const source = createSource(SECRET);

async function receive({ headers, body }: Delivery) {
  const queue = createCollectingQueue();
  const { reply } = await ingest(source, toRequest(headers, body), queue);
  return { reply, messages: queue.messages() };
}

describe("all of GitHub's examples", () => {
  it('are 329, of 58 event types', () => {
    expect(examples).toHaveLength(329);
    expect(new Set(examples.map(({ event }) => event)).size).toBe(58);
  });

  it.each([
    ['JSON', 'application/json', (json: string) => json],
    ['forms', FORM, toFormBody],
  ] as const)('signed as %s are accepted and keep their data', async (_, contentType, toBody) => {
    let events = 0;
    for (const { event, id, json, payload } of examples) {
      const delivery = await createDelivery(toBody(json), { event, id, contentType });
      const { reply, messages } = await receive(delivery);
      expect(reply.status).toBe(event === 'ping' ? 200 : 202);
      expect(messages).toHaveLength(event === 'ping' ? 0 : 1);
      for (const message of messages) {
        if (message.kind !== 'event') throw new Error('ingest sends events');
        expect(message.event.data).toEqual(payload);
        expect(message.event).toMatchObject({
          id,
          verified: true,
          type: toExpectedType(event, payload),
        });
        expect(Object.values(message.event.fields)).not.toContain(null);
        expect(Object.values(message.event.fields)).not.toContain(undefined);
        events++;
      }
    }
    expect(events).toBe(examples.filter(({ event }) => event !== 'ping').length);
  });

  it('are accepted where octokit verifies them, and refused signed with another secret', async () => {
    for (const { event, json } of examples) {
      const delivery = await createDelivery(json, { event, secret: 'another secret' });
      await expect(receive(delivery)).rejects.toMatchObject({ status: 401 });
      expect(await verify(SECRET, json, delivery.headers['x-hub-signature-256'] ?? '')).toBe(false);
    }
  });
});

function toExpectedType(event: string, { action }: Example['payload']): string {
  return typeof action === 'string' ? `${event}.${action}` : event;
}

const mutation = createMutation([
  (text) => `${text}zz`,
  (text) => text.replace('sha256=', 'sha1='),
  (text) => text.replace('sha256=', ''),
  (text) => ` ${text}`,
  (text) => `${text}\n`,
]);

/** Counts Octokit's error for empty values as a refusal. */
async function isVerifiedByOctokit(secret: string, body: string, header: string) {
  return verify(secret, body, header).catch(() => false);
}

function isAccepted(secret: string, body: string, header: string): boolean {
  try {
    createSource(secret).verify(toRequest({ 'x-hub-signature-256': header }, body));
    return true;
  } catch (error) {
    if (error instanceof HeddleError) return false;
    throw error;
  }
}

describe('a signature', () => {
  it("is accepted exactly where octokit's verify() accepts it, in 10,000 mutations", async () => {
    const counts = { accepted: 0, refused: 0 };
    const example = fc.constantFrom(...examples);
    const mutations = fc.tuple(mutation, mutation, mutation);
    await fc.assert(
      fc.asyncProperty(example, mutations, async ({ json }, [onBody, onHeader, onSecret]) => {
        const body = onBody(json);
        const header = onHeader(await sign(SECRET, json));
        const secret = onSecret(SECRET);
        const accepted = isAccepted(secret, body, header);
        expect(accepted).toBe(await isVerifiedByOctokit(secret, body, header));
        counts[accepted ? 'accepted' : 'refused']++;
      }),
      { numRuns: 10_000 },
    );
    expect(counts.accepted + counts.refused).toBe(10_000);
    expect(counts.accepted).toBeGreaterThan(50);
  });

  it('over changed bytes is refused, whichever bytes they are', () => {
    const body = Buffer.from(examples[0]?.json ?? '');
    const digest = createHmac('sha256', SECRET).update(body).digest('hex');
    const place = fc.nat(body.length - 1);
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), (at, flipped) => {
        const changed = Buffer.from(body);
        changed.writeUInt8(changed.readUInt8(at) ^ flipped, at);
        const request = toRequest({ 'x-hub-signature-256': `sha256=${digest}` }, changed);
        expect(() => source.verify(request)).toThrow(RejectedError);
      }),
    );
  });
});

const HEADERS = ['content-type', 'x-github-event', 'x-github-delivery', 'x-hub-signature-256'];

const headers = fc.dictionary(
  fc.oneof(fc.constantFrom(...HEADERS), fc.string()),
  fc.oneof(fc.string(), fc.constantFrom('application/json', FORM, 'push', 'ping', 'sha256=')),
);

const repository = fc.record({
  full_name: fc.oneof(fc.jsonValue(), fc.string({ minLength: 1000, maxLength: 1100 })),
});

/** Bodies from noise to nearly valid payloads, as texts and as bytes. */
const body: fc.Arbitrary<Buffer> = fc
  .oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json(),
    fc.record({ action: fc.jsonValue(), number: fc.jsonValue(), repository }).map(toText),
    fc.object().map(toText),
    fc.json().map(toFormBody),
    fc.nat(2 * MAX_DEPTH).map((depth) => '{"a":'.repeat(depth) + '1'.padEnd(depth + 1, '}')),
  )
  .map((content) => Buffer.from(content));

function toText(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

describe('ingest of any input', () => {
  it('throws nothing but RejectedError', async () => {
    await fc.assert(
      fc.asyncProperty(headers, body, async (given, bytes) => {
        const error = await ingest(source, toRequest(given, bytes), createCollectingQueue()).catch(
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(RejectedError);
      }),
      { numRuns: 2000 },
    );
  });

  it('that is signed answers, or throws nothing but RejectedError, and sends what dispatch can read', async () => {
    const types = fc.constantFrom('application/json', FORM);
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(headers, types, body, async (given, contentType, bytes) => {
        const queue = createCollectingQueue();
        const digest = createHmac('sha256', SECRET).update(bytes).digest('hex');
        const usual = { 'x-github-event': 'push', 'x-github-delivery': 'x' };
        const fixed = { 'content-type': contentType, 'x-hub-signature-256': `sha256=${digest}` };
        const request = toRequest({ ...usual, ...given, ...fixed }, bytes);
        const error = await ingest(source, request, queue).catch((thrown: unknown) => thrown);
        if (error instanceof Error) expect(error).toBeInstanceOf(RejectedError);
        else accepted += queue.messages().length;
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
