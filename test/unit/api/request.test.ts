import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCaller, toCallerText } from '../../../shared/heddle/api/request/caller.ts';
import { decodeBody, MAX_BODY_BYTES } from '../../../shared/heddle/api/request/decode-body.ts';
import { parseIdempotencyKey } from '../../../shared/heddle/api/request/idempotency-key.ts';
import { createRouteCaller, routes } from '../../../shared/heddle/api/routes/routes.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { createApi, createApiRequest, type Sent } from '../../helpers/api-side.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

const decode = (sent: Sent) => decodeBody(createApiRequest(sent));
const nested = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

describe('the body of a request', () => {
  it.each<[string, Sent]>([
    ['nothing', {}],
    ['blanks', { body: ' \r\n\t', headers: { 'content-type': 'text/plain' } }],
    ['an empty object', { body: '{}' }],
  ])('of %s is an empty object', (_, sent) => {
    expect(decode(sent)).toEqual({});
  });

  it.each(['application/json', 'Application/JSON; charset=utf-8', ' application/json '])(
    'is JSON where it says "%s"',
    (type) => {
      expect(decode({ body: { a: 1 }, headers: { 'content-type': type } })).toEqual({ a: 1 });
    },
  );

  it.each([
    ['text/plain', 415, 'media_type_unsupported'],
    ['', 415, 'media_type_unsupported'],
    ['application/x-www-form-urlencoded', 415, 'media_type_unsupported'],
    ['multipart/form-data; boundary=application/json', 415, 'media_type_unsupported'],
    ['application/json5', 415, 'media_type_unsupported'],
  ])('that says "%s" is refused with %i', (type, status, code) => {
    const refused = expect(() => decode({ body: '{}', headers: { 'content-type': type } }));
    refused.toThrow(expect.objectContaining({ status, code }));
  });

  it.each<[string, string | Buffer]>([
    ['is no JSON', '{'],
    ['is a list', '[]'],
    ['is a text', '"a"'],
    ['is null', 'null'],
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['has a byte order mark', '\ufeff{}'],
    ['nests deeper than 200 levels', nested(200)],
    ['nests so deep that a stack would not do', nested(1_000_000)],
  ])('that %s is refused with 400', (_, body) => {
    expect(() => decode({ body })).toThrow(
      expect.objectContaining({ status: 400, code: 'payload_malformed' }),
    );
  });

  it('may be as long as 5 MiB, and is refused with 413 and the limit beyond', () => {
    const longest = `{"a":1${' '.repeat(MAX_BODY_BYTES - 7)}}`;
    expect(decode({ body: longest })).toEqual({ a: 1 });
    expect(() => decode({ body: `${longest} ` })).toThrow(
      expect.objectContaining({
        ...{ status: 413, code: 'body_too_large' },
        message: expect.stringContaining('5242880'),
      }),
    );
  });

  it('that came in chunks, which the host loses, is asked for with a length', () => {
    const headers = { 'transfer-encoding': 'chunked' };
    expect(() => decode({ headers })).toThrow(expect.objectContaining({ status: 411 }));
    expect(decode({ headers, body: { a: 1 } })).toEqual({ a: 1 });
  });

  it('of a GET does not count', () => {
    expect(decode({ method: 'GET', body: 'x', headers: { 'content-type': 'text/x' } })).toEqual({});
  });

  it('is an object, or refused without a word of it, whatever it is', () => {
    const body = fc.oneof(
      fc.json().map((text) => Buffer.from(text)),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    const type = fc.oneof(fc.constant('application/json'), fc.string());
    fc.assert(
      fc.property(body, type, (body, contentType) => {
        const get = (name: string) => (name === 'content-type' ? contentType : null);
        try {
          const decoded = decodeBody({ method: 'POST', headers: { get }, body });
          expect(decoded).toBeTypeOf('object');
          expect(Array.isArray(decoded)).toBe(false);
        } catch (error) {
          expect(error).toBeInstanceOf(RejectedError);
          expect([400, 415]).toContain((error as RejectedError).status);
          expect((error as RejectedError).cause).toBeUndefined();
        }
      }),
    );
  });
});

describe('an idempotency key', () => {
  it.each([
    ['order-7', 'order-7'],
    ['"order-7"', 'order-7'],
    [' "a b" ', 'a b'],
    ['"', '"'],
    ['k'.repeat(255), 'k'.repeat(255)],
  ])('%j is %j', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each(['', ' ', '""', '" "', 'k'.repeat(256)])('%j is refused with 400', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow(
      expect.objectContaining({ status: 400, code: 'idempotency_key_invalid' }),
    );
  });
});

describe('the caller', () => {
  it.each<[string, Sent, boolean, string]>([
    ['on this machine', {}, false, 'local'],
    ['with a key in a header', { headers: { 'x-functions-key': 'k' } }, false, 'function key'],
    ['with a key in the URL', { query: 'code=k' }, false, 'function key'],
    ['in Azure, where the host has asked for one', {}, true, 'function key'],
  ])('%s is known', (_, sent, isAzure, text) => {
    expect(toCallerText(toCaller(createApiRequest(sent), isAzure))).toBe(text);
  });

  it('is logged with what it changes, and not with what it reads or is refused', async () => {
    const logger = createRecordingLogger();
    const { engine } = createWorld(toTriggers({ name: 't', actor: 'log' }), {});
    const { answer } = createRouteCaller(() => createApi({ ...engine, logger }));
    const params = { name: 't' };
    await answer('api-trigger-view', createApiRequest({ method: 'GET', params }));
    const paused = await answer('api-trigger-pause', createApiRequest({ params }));
    expect(paused).toMatchObject({ status: 200, json: { by: 'operator', status: 'paused' } });
    const nobody = createApiRequest({ params: { name: 'nobody' } });
    await expect(answer('api-trigger-pause', nobody)).rejects.toMatchObject({ status: 404 });
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toBe(
      'info changed by a call of the API {"name":"t","route":"api-trigger-pause","by":"local"}',
    );
  });
});

describe('a request to any route that changes something', () => {
  const unsafe = routes.filter(({ method }) => method === 'POST');
  const params = { id: 'x', name: 'x' };

  it.each(unsafe.map(({ name }) => name))('is refused by %s alike', async (name) => {
    const { answer } = createRouteCaller(() => createApi(createWorld([], {}).engine));
    const foreign = { host: 'localhost', origin: 'https://evil.example' };
    for (const [sent, status] of [
      [{ headers: foreign }, 403],
      [{ headers: foreign, body: '{' }, 403],
      [{ headers: { 'transfer-encoding': 'chunked' } }, 411],
      [{ body: ' '.repeat(MAX_BODY_BYTES + 1) }, 413],
      [{ body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
      [{ body: '{' }, 400],
      [{ body: '[]' }, 400],
    ] as const) {
      const asked = answer(name, createApiRequest({ params, ...sent }));
      await expect(asked).rejects.toMatchObject({ status });
    }
  });
});
