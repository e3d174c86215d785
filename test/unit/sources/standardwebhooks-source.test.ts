import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createStandardWebhooksSample } from '../../../shared/heddle/cli/samples/standardwebhooks.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';
import { standardwebhooks } from '../../../shared/heddle/sources/standardwebhooks/standardwebhooks.ts';
import { describeSecrets, toEvent } from '../../helpers/signed-source.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  type RequestParts,
  takeIn,
} from '../../helpers/sources.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = 'whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU=';

const PAYLOAD = {
  type: 'contact.created',
  timestamp: '2026-12-01T00:00:00.344522Z',
  data: { id: '1f81eb52-5198-4599-803e-771906343485' },
};

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

describeVectors('standardwebhooks.json', ({ secrets }) =>
  createSourceOf(standardwebhooks, { secrets }),
);

describeSecrets(standardwebhooks, {
  sign: (secret) => sign(PAYLOAD, secret),
  secrets: [SECRET, OTHER],
  refused: 401,
});

describe('a secret', () => {
  it('is good without whsec_ as well', async () => {
    const source = createSourceOf(standardwebhooks, { secrets: [SECRET.slice(6)] });
    expect((await takeIn(source, createRequest(sign(PAYLOAD, SECRET)))).status).toBe(202);
  });

  it.each(['whsec_', 'whsec_not base64', 'whsec_YWJj*', 'whpk_YWJj', 'YWJ'])(
    'that is not base64 (%j) is a fault of the configuration, and not shown',
    async (secret) => {
      const source = createSourceOf(standardwebhooks, { secrets: [secret] });
      const { error } = await takeIn(source, createRequest(sign(PAYLOAD, SECRET)));
      expect(error).toBeInstanceOf(ConfigError);
      expect(error?.message).toContain('set SECRET_1 to');
      if (secret !== 'whsec_') expect(error?.message).not.toContain(secret);
    },
  );
});

describe('a message', () => {
  const take = async (parts: RequestParts) =>
    takeIn(createSourceOf(standardwebhooks, { secrets: [SECRET] }), createRequest(parts));
  const takeBody = async (body: string) =>
    toEvent((await take(sign(Buffer.from(body), SECRET))).messages);

  it('is named and dated by its payload', async () => {
    expect(toEvent((await take(sign(PAYLOAD, SECRET))).messages)).toMatchObject({
      id: 'msg_1',
      type: 'contact.created',
      time: '2026-12-01T00:00:00.344Z',
      data: PAYLOAD,
      fields: {},
    });
  });

  it('is accepted with the headers of Svix, and never with some of these and some of those', async () => {
    const webhook = sign(PAYLOAD, SECRET).headers ?? {};
    const { headers: svix = {}, body = '' } = sign(PAYLOAD, SECRET, 'svix');
    expect((await take({ headers: svix, body })).status).toBe(202);
    for (const name of ['id', 'timestamp', 'signature']) {
      const { [`webhook-${name}`]: _, ...rest } = webhook;
      const mixed = { ...rest, [`svix-${name}`]: svix[`svix-${name}`] ?? '' };
      expect((await take({ headers: mixed, body })).status).toBe(401);
    }
  });

  it.each([
    ['', 401],
    [' ', 401],
    ['a.b', 401],
    ['a b', 202],
    ['ä', 202],
    ['a'.repeat(600), 202],
  ])('with the id %j is answered %i', async (id, status) => {
    const timestamp = `${Math.floor(Date.now() / 1000)}`;
    const key = Buffer.from(SECRET.slice(6), 'base64');
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.{}`).digest('base64');
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${digest}`,
    };
    expect((await take({ headers, body: '{}' })).status).toBe(status);
  });

  it.each([
    ['{"event_type":"a.b"}', 'a.b'],
    ['{"eventType":"a-b"}', 'a-b'],
    ['{"type":" ","event_type":"a"}', 'a'],
    ['{"type":"Tag Push [v1]/x"}', 'Tag Push [v1]/x'],
    ['{"type":7}', 'message'],
    [`{"type":"${'a'.repeat(257)}"}`, 'a'.repeat(256)],
    ['[]', 'message'],
  ])('of %s has the type %s', async (body, type) => {
    expect((await takeBody(body)).type).toBe(type);
  });

  it.each([
    ['"hello"', { text: 'hello' }],
    ['[1]', { value: [1] }],
    ['null', { value: null }],
  ])('of %s, which is no object, is taken in as one', async (body, data) => {
    expect((await takeBody(body)).data).toEqual(data);
  });
});

describe('an example of the command line', () => {
  it.each(['contact.created', 'invoice.paid', 'user.deleted'])(
    '%s is accepted, under a new id each time',
    async (type) => {
      const next = createStandardWebhooksSample(type, () => SECRET);
      const ids = await Promise.all(
        [next(), next()].map(async (sample) => {
          const source = createSourceOf(standardwebhooks, { secrets: [SECRET] });
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
    expect(() => createStandardWebhooksSample('toString', () => SECRET)).toThrow('Known types: ');
  });
});
