import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import {
  ConfigError,
  RejectedError,
  RetryableError,
} from '../../../shared/heddle/errors/errors.ts';
import { ingest } from '../../../shared/heddle/pipeline/ingest/ingest.ts';
import { github } from '../../../shared/heddle/sources/github/github.ts';
import {
  createDelivery,
  createSource,
  FORM,
  SECRET,
  toRequest,
  toStatuses,
  vectors,
} from '../../helpers/github.ts';
import { createCollectingQueue, createSourceOf } from '../../helpers/sources.ts';

const MIB = 1024 * 1024;

interface Sent {
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secret?: string;
}

/** Signs any bytes and takes them in, as a sender with the secret could. */
async function receiveSigned({ body, headers = {}, secret = SECRET }: Sent) {
  const queue = createCollectingQueue();
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  const all = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': 'delivery-1',
    'x-hub-signature-256': `sha256=${digest}`,
    ...headers,
  };
  const result = await ingest(createSource(SECRET), toRequest(all, body), queue).then(
    ({ reply }): unknown => reply,
    (error: unknown) => error,
  );
  return { result, queue };
}

const toStatus = (result: unknown) =>
  result instanceof ConfigError ? 500 : (result as { status: number }).status;

const nest = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('the vector file', () => {
  it('has 22 cases', () => {
    expect(vectors).toHaveLength(22);
  });

  it.each(vectors.map((one) => [one.id, one.name, one] as const))(
    '%s: %s',
    async (...[, , one]) => {
      const queue = createCollectingQueue();
      const body = Buffer.from(one.bodyBase64, 'base64');
      const request = toRequest(one.headers, body, one.now * 1000);
      const source = createSource(...one.secrets);
      const result = await ingest(source, request, queue).then(
        ({ reply }): unknown => reply,
        (error: unknown) => error,
      );
      expect(toStatuses(one)).toContain(toStatus(result));
      expect(queue.sent).toHaveLength(one.expect === 'accept' ? 1 : 0);
      for (const message of queue.messages()) {
        if (message.kind !== 'event') throw new Error('ingest sends events');
        const { source: from, type, id, fields, receivedAt } = message.event;
        const {
          eventType = `${from}.${type}`,
          dedupeId = id,
          normalized = {},
        } = one.expected ?? {};
        expect({ eventType: `${from}.${type}`, dedupeId: id }).toEqual({ eventType, dedupeId });
        expect(fields).toMatchObject(normalized);
        expect(Date.parse(receivedAt)).toBe(one.now * 1000);
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  it("has GitHub's own signature of a text, which is genuine though the text is no payload", () => {
    const one = vectors.find(({ name }) => name === 'official doc vector');
    if (!one) throw new Error('the documented vector is missing');
    const request = toRequest(one.headers, Buffer.from(one.bodyBase64, 'base64'));
    expect(() => createSource(...one.secrets).verify(request)).not.toThrow();
  });
});

describe('secrets', () => {
  const accepts = async (active: readonly string[], signedWith: string) => {
    const digest = createHmac('sha256', signedWith).update('{}').digest('hex');
    const request = toRequest({ 'x-hub-signature-256': `sha256=${digest}` }, '{}');
    createSource(...active).verify(request);
  };

  it('are both accepted while one replaces the other, and no third', async () => {
    await expect(accepts(['first-secret', 'second-secret'], 'first-secret')).resolves.toBe(
      undefined,
    );
    await expect(accepts(['first-secret', 'second-secret'], 'second-secret')).resolves.toBe(
      undefined,
    );
    await expect(accepts(['first-secret', 'second-secret'], 'third-secret')).rejects.toMatchObject({
      status: 401,
    });
  });

  it.each(['', ' ', '\t\n'])('that are blank (%j) are never keys', async (blank) => {
    await expect(accepts([blank], blank)).rejects.toBeInstanceOf(ConfigError);
    await expect(accepts([SECRET, blank], blank)).rejects.toMatchObject({ status: 401 });
    await expect(accepts([blank, SECRET], SECRET)).resolves.toBe(undefined);
  });

  it('that are missing are named by their setting', async () => {
    await expect(accepts([''], 'x')).rejects.toThrow('set SECRET_1');
  });

  it('that are Key Vault references nobody resolved are no keys, and are reported', async () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)';
    const config = loadConfig({ GITHUB_WEBHOOK_SECRET: reference });
    expect(config.settingFaults).toEqual([
      expect.stringContaining('GITHUB_WEBHOOK_SECRET is a Key'),
    ]);
    expect(config.settingFaults.join()).not.toContain(reference);
    const { headers, body } = await createDelivery('{}', { secret: reference });
    const { value } = config.readSecret('GITHUB_WEBHOOK_SECRET');
    const source = createSourceOf(github, { secrets: [value] });
    expect(() => source.verify(toRequest(headers, body))).toThrow(ConfigError);
  });
});

describe('a signed request is refused', () => {
  it.each([
    ['with 413 over 25 MiB', { body: Buffer.alloc(25 * MIB + 1, ' ') }, 413, 'body_too_large'],
    [
      'with 415 as text',
      { headers: { 'content-type': 'text/plain' } },
      415,
      'media_type_unsupported',
    ],
    ['with 415 without a type', { headers: { 'content-type': '' } }, 415, 'media_type_unsupported'],
    ['without an event name', { headers: { 'x-github-event': '' } }, 400, 'header_invalid'],
    ['with a blank event name', { headers: { 'x-github-event': ' ' } }, 400, 'header_invalid'],
    ['without a delivery id', { headers: { 'x-github-delivery': '' } }, 400, 'header_invalid'],
    ['with a blank delivery id', { headers: { 'x-github-delivery': ' ' } }, 400, 'header_invalid'],
    ['when it is no JSON', { body: 'not json' }, 400, 'payload_malformed'],
    ['when it is a list', { body: '[]' }, 400, 'payload_malformed'],
    ['when it is null', { body: 'null' }, 400, 'payload_malformed'],
    ['when it is empty', { body: '' }, 400, 'payload_malformed'],
    [
      'when it is not UTF-8',
      { body: Buffer.from('7b2261223a22ff227d', 'hex') },
      400,
      'payload_malformed',
    ],
    ['when it nests 201 deep', { body: nest(201) }, 400, 'payload_malformed'],
    [
      'when a form has no payload',
      { body: 'a=1', headers: { 'content-type': FORM } },
      400,
      'payload_malformed',
    ],
    [
      'when a form hides what is not UTF-8 behind a percent sign',
      { body: 'payload=%7B%22a%22:%22%FF%22%7D', headers: { 'content-type': FORM } },
      400,
      'payload_malformed',
    ],
    [
      'when a form has two',
      { body: 'payload={}&payload={}', headers: { 'content-type': FORM } },
      400,
      'payload_malformed',
    ],
  ] as const)('%s', async (_, sent, status, code) => {
    const { result, queue } = await receiveSigned({ body: '{}', ...sent });
    expect(result).toBeInstanceOf(RejectedError);
    expect(result).toMatchObject({ status, code });
    expect(queue.sent).toEqual([]);
  });

  it('before its signature is computed where it is too large', async () => {
    const headers = { 'x-hub-signature-256': '' };
    const { result } = await receiveSigned({ body: Buffer.alloc(25 * MIB + 1), headers });
    expect(result).toMatchObject({ status: 413 });
  });
});

describe('a signed request is accepted', () => {
  it.each([
    ['of 25 MiB', { body: `{}${' '.repeat(25 * MIB - 2)}` }],
    ['that nests 200 deep', { body: nest(200) }],
    ['with parameters on its media type', { headers: { 'content-type': 'Application/JSON; x=y' } }],
    ['as a form', { body: 'payload=%7B%7D', headers: { 'content-type': FORM } }],
  ] as const)('%s', async (_, sent) => {
    const { result, queue } = await receiveSigned({ body: '{}', ...sent });
    expect(result).toEqual({ status: 202, json: { id: 'delivery-1' } });
    expect(queue.messages()).toHaveLength(1);
  });

  it('with an action of any text, and with one that is none as the bare event', async () => {
    const toSent = async (body: string) => (await receiveSigned({ body })).queue.messages()[0];
    const type = 'push.deploy [eu] a/b';
    expect(await toSent('{"action":"deploy [eu] a/b"}')).toMatchObject({ event: { type } });
    expect(await toSent('{"action":7}')).toMatchObject({ event: { type: 'push' } });
  });

  it('with nulls in it without fields for them', async () => {
    const body = '{"ref":null,"number":null,"sender":null,"repository":{"full_name":"a/b"}}';
    const { queue } = await receiveSigned({ body });
    expect(queue.messages()[0]).toHaveProperty('event.fields', { repository: 'a/b' });
  });

  it('with a name too long to be a subject without one', async () => {
    const body = JSON.stringify({ repository: { full_name: 'a'.repeat(1025) } });
    const { queue } = await receiveSigned({ body });
    expect(queue.messages()[0]).not.toHaveProperty('event.subject');
  });

  it('with __proto__ in it as data that pollutes nothing', async () => {
    const body = '{"__proto__":{"polluted":1},"repository":{"__proto__":{"full_name":"x"}}}';
    const { queue } = await receiveSigned({ body });
    const [message] = queue.messages();
    if (message?.kind !== 'event') throw new Error('ingest sends events');
    expect(Object.hasOwn(message.event.data, '__proto__')).toBe(true);
    expect(message.event).toMatchObject({ fields: {} });
    expect(message.event).not.toHaveProperty('subject');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('ingest', () => {
  it('hands on that the queue does not accept', async () => {
    const { headers, body } = await createDelivery('{}');
    const send = () => Promise.reject(new RetryableError('queue_unavailable', 'busy'));
    const result = ingest(createSource(SECRET), toRequest(headers, body), { send });
    await expect(result).rejects.toMatchObject({ code: 'queue_unavailable' });
  });

  it('gives a delivery and its redelivery one message id, and another delivery another', async () => {
    const ids = ['a', 'a', 'b'].map(async (id) => {
      const { queue } = await receiveSigned({ body: '{}', headers: { 'x-github-delivery': id } });
      return queue.sent[0]?.id;
    });
    const [first, again, other] = await Promise.all(ids);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('answers a ping with 200 and queues nothing', async () => {
    const headers = { 'x-github-event': 'ping' };
    const { result, queue } = await receiveSigned({ body: '{"zen":"…"}', headers });
    expect(result).toEqual({ status: 200, json: { ping: 'ok' } });
    expect(queue.sent).toEqual([]);
  });

  it('carries on the trace of the request', async () => {
    const queue = createCollectingQueue();
    const { headers, body } = await createDelivery('{}');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await ingest(createSource(SECRET), { ...toRequest(headers, body), traceparent }, queue);
    expect(queue.messages()[0]).toMatchObject({ event: { traceparent } });
  });
});
