import { createHmac } from 'node:crypto';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { createCustomKind } from '../../../shared/heddle/sources/custom/custom.ts';
import { defineEndpoint, type Endpoint } from '../../../shared/heddle/sources/custom/endpoint.ts';
import { createRequest, createSourceOf, takeIn } from '../../helpers/sources.ts';

const SECRET = 'endpoint-secret';
const BODY = '{"id":"o-1","total":"120"}';

interface Sent {
  readonly body?: string;
  readonly auth?: JsonObject;
  readonly secrets?: readonly string[];
  readonly token?: string;
}

/** Sends to an endpoint with the source's name, which in tests is its kind. */
function send(endpoint: Endpoint, sent: Sent = {}) {
  const { body = BODY, auth = { kind: 'bearer' }, secrets = [SECRET], token = SECRET } = sent;
  const source = createSourceOf(createCustomKind({ custom: endpoint }), {
    settings: { auth },
    secrets,
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return takeIn(source, createRequest({ headers, body }));
}

const order = z.object({ id: z.string(), total: z.coerce.number() });
const toData = async (endpoint: Endpoint, body?: string) => {
  const [message] = (await send(endpoint, body === undefined ? {} : { body })).messages;
  return message?.kind === 'event' ? message.event.data : undefined;
};

describe("an endpoint's functions", () => {
  it('see what the schema makes of a payload, by its types', async () => {
    const endpoint = defineEndpoint({
      schema: order,
      filter: ({ data }) => {
        expectTypeOf(data).toEqualTypeOf<{ id: string; total: number }>();
        return data.total > 100;
      },
      transform: ({ type, data }) => ({ order: data.id, cents: data.total * 100, type }),
    });
    expect(await toData(endpoint)).toEqual({ order: 'o-1', cents: 12_000, type: 'received' });
  });

  it('see the payload where there is no schema', async () => {
    const endpoint = defineEndpoint({
      transform: ({ data }) => {
        expectTypeOf(data).toEqualTypeOf<JsonObject>();
        return { at: new Date(0), left: undefined, was: data };
      },
    });
    const was = { id: 'o-1', total: '120' };
    expect(await toData(endpoint)).toEqual({ at: '1970-01-01T00:00:00.000Z', was });
  });

  it('leave the payload as it was sent where none changes it', async () => {
    const endpoint = defineEndpoint({ schema: order, filter: async () => true });
    expect(await toData(endpoint)).toEqual({ id: 'o-1', total: '120' });
  });
});

describe('a filter that says no', () => {
  it('is answered 202 and queues nothing', async () => {
    const endpoint = defineEndpoint({ schema: order, filter: ({ data }) => data.total > 500 });
    expect(await send(endpoint)).toMatchObject({
      status: 202,
      reply: { json: { filtered: true } },
      messages: [],
    });
  });
});

describe('a schema that a payload does not fit', () => {
  it('is answered 422 with the paths at fault, without a value', async () => {
    const strict = z.strictObject({ ...order.shape, lines: z.array(z.object({ n: z.number() })) });
    const body = '{"id":5,"total":1,"lines":[{"n":"tok-secret"}],"tok-other":1}';
    const { status, error, messages } = await send(defineEndpoint({ schema: strict }), { body });
    expect({ status, messages }).toEqual({ status: 422, messages: [] });
    expect(error?.message).toMatch(/at: \/id, \/lines\/0\/n, \/$/);
    expect(error?.cause).toBeUndefined();
  });
});

describe('code that fails', () => {
  const fail = () => {
    throw new TypeError('tok-secret');
  };
  const circular: { self?: object } = {};
  circular.self = circular;
  it.each<[string, Endpoint]>([
    ['a schema', defineEndpoint({ schema: z.any().transform(fail) })],
    ['a filter', defineEndpoint({ filter: fail })],
    ['a transform', defineEndpoint({ transform: fail })],
    ['a transform into a list', defineEndpoint({ transform: () => [1] })],
    ['a transform into a circle', defineEndpoint({ transform: () => circular })],
    [
      'a transform into what JSON cannot say',
      defineEndpoint({ transform: () => ({ toJSON: fail }) }),
    ],
    ['a transform into nothing', defineEndpoint({ transform: (() => undefined) as never })],
  ])('in %s is worth a retry, and quotes nothing', async (_, endpoint) => {
    const { status, error, messages } = await send(endpoint);
    expect({ status, messages }).toEqual({ status: 503, messages: [] });
    expect(`${error?.message} ${error?.cause}`).not.toContain('tok-secret');
  });

  it('on purpose keeps its error', async () => {
    const refuse = () => {
      throw new RejectedError('order_known', 'The order is known.', { status: 409 });
    };
    expect((await send(defineEndpoint({ filter: refuse }))).status).toBe(409);
  });
});

describe('verifySignature', () => {
  const byHmac = defineEndpoint({
    verifySignature: (payload, headers, secrets) =>
      secrets.some(
        ({ value }) =>
          headers.get('authorization') ===
          `Bearer ${createHmac('sha256', value).update(payload).digest('hex')}`,
      ),
  });
  const auth = { kind: 'custom' };
  const token = createHmac('sha256', SECRET).update(BODY).digest('hex');

  it('decides for auth kind custom, over the exact bytes and every secret that is set', async () => {
    expect((await send(byHmac, { auth, token })).status).toBe(202);
    expect((await send(byHmac, { auth, token, secrets: ['new', SECRET] })).status).toBe(202);
    expect((await send(byHmac, { auth, token, body: `${BODY} ` })).status).toBe(401);
    expect((await send(byHmac, { auth, token, secrets: ['new'] })).status).toBe(401);
    expect((await send(byHmac, { auth, token, secrets: [' '] })).status).toBe(500);
  });

  it.each<[string, unknown]>([
    ['false', () => false],
    ['a promise of false', async () => false],
    ['something true that is not true', () => 'yes'],
    ['nothing', () => undefined],
    [
      'an error',
      () => {
        throw new Error('tok-secret');
      },
    ],
    ['a promise of an error', () => Promise.reject(new RangeError('tok-secret'))],
  ])('that gives %s refuses, beside any other proof too', async (_, verifySignature) => {
    const endpoint = { verifySignature } as Endpoint;
    for (const sent of [{ auth }, {}]) {
      const { status, error } = await send(endpoint, sent);
      expect(status).toBe(401);
      expect(`${error?.message} ${error?.cause}`).not.toContain('tok-secret');
    }
  });

  it('does not take the place of another proof', async () => {
    const endpoint = defineEndpoint({ verifySignature: () => true });
    expect((await send(endpoint, { token: 'wrong' })).status).toBe(401);
    expect((await send(endpoint)).status).toBe(202);
  });

  it('that is missing leaves nothing to verify with', async () => {
    const { status, error } = await send({}, { auth });
    expect(status).toBe(500);
    expect(error?.message).toContain('define verifySignature for "custom"');
  });
});
