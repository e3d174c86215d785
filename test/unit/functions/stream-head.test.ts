import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { TriggerMetadata } from '../../../functions/host-protocol.ts';
import { toStreamHead } from '../../../functions/stream/stream-head.ts';

const FORWARDED = {
  'x-ms-invocation-id': 'i1',
  'Content-Type': 'application/json',
  'X-Arr-Log-Id': 'f3a',
  'X-Tag': 'one, two',
  'X-Forwarded-For': '127.0.0.1',
  'X-Forwarded-Host': 'hooks.example',
  'X-Forwarded-Proto': 'http',
  Host: '127.0.0.1:4000',
};

/** As the sender and the front end wrote them. */
const SENT = {
  Host: 'hooks.example',
  'content-type': 'application/json',
  'X-ARR-LOG-ID': 'f3a',
  'X-Tag': 'one,two',
  'X-Forwarded-For': '203.0.113.9:4711',
  'Transfer-Encoding': 'chunked',
};

interface Given {
  readonly url?: string;
  readonly route?: string;
  readonly body?: Buffer;
}

function toHead(metadata: TriggerMetadata, given: Given = {}) {
  const { url = '/webhooks/github/acme?a=1', route = 'webhooks/github/{name?}', body } = given;
  const rawHeaders = Object.entries(FORWARDED).flat();
  const req = { method: 'POST', url, rawHeaders } as unknown as IncomingMessage;
  return toStreamHead(req, { metadata, route, ...(body && { body }) });
}

const json = (value: unknown) => ({ json: JSON.stringify(value) });

describe('the head of a forwarded request', () => {
  it('has the headers as they were sent, where the forwarded ones agree', () => {
    const { method, headers } = toHead({ Headers: json(SENT) });
    expect(method).toBe('POST');
    expect(headers).toEqual({
      ...{ host: 'hooks.example', 'content-type': 'application/json', 'x-arr-log-id': 'f3a' },
      ...{ 'x-tag': 'one,two', 'x-forwarded-for': '203.0.113.9:4711' },
    });
  });

  it.each<[string, TriggerMetadata]>([
    ['none', {}],
    ['a text, of a query', { headers: { string: 'x' } }],
    ['an object of the body', { headers: json({ 'x-tag': 'three' }) }],
    ['one that is guessed', { headers: json({ ...SENT, 'X-ARR-LOG-ID': 'guessed' }) }],
    ['one that is left out', { headers: json({ ...SENT, 'X-Tag': undefined }) }],
    ['one more', { Headers: json({ ...SENT, 'X-MS-CLIENT-PRINCIPAL': 'admin' }) }],
    ['no text', { Headers: json({ ...SENT, 'X-Tag': ['one,two'] }) }],
    ['no JSON', { Headers: { json: '{' } }],
  ])(
    'has the forwarded ones where those beside the body are %s, and knows no caller',
    (_, given) => {
      const { headers } = toHead(given);
      expect(headers).toEqual({
        ...{ host: 'hooks.example', 'content-type': 'application/json', 'x-arr-log-id': 'f3a' },
        ...{ 'x-tag': 'one, two', 'x-forwarded-for': 'unknown' },
      });
    },
  );

  it.each<[string, Buffer]>([
    ['JSON', Buffer.from('{"a":1,"HeAders":{}}')],
    ['JSON with escapes', Buffer.from('{"\\u0048eaders":{}}')],
    ['what the host reads as JSON', Buffer.from("/* */ {'headers':{}}")],
    ['UTF-16', Buffer.from('\ufeff{"headers":{}}', 'utf16le')],
  ])('knows no caller where the body, %s, may have named the headers', (_, body) => {
    const { headers } = toHead({ Headers: json(SENT) }, { body });
    expect(headers['x-forwarded-for']).toBe('unknown');
    expect(headers.host).toBe('hooks.example');
  });

  it.each(['', '{"a":{"headers":1}}', '["headers"]', '"headers"', 'null', '{"a":"\\u0041"}', '{'])(
    'knows the caller where the body is %s',
    (text) => {
      const { headers } = toHead({ Headers: json(SENT) }, { body: Buffer.from(text) });
      expect(headers['x-forwarded-for']).toBe('203.0.113.9:4711');
    },
  );

  it('has only the parameters of the route, whatever the case that the body gave their names', () => {
    const metadata = { NAME: { string: 'acme' }, kind: { string: 'x' }, zen: { string: 'y' } };
    expect(toHead(metadata).params).toEqual({ name: 'acme' });
    expect(toHead(metadata, { route: 'w/{kind}/{name?}' }).params).toEqual({
      kind: 'x',
      name: 'acme',
    });
    expect(toHead({}, { route: '{*rest:alpha}' }).params).toEqual({});
  });

  it('joins what the query repeats, as the host does, and loses no name', () => {
    const { query } = toHead({}, { url: '/x?tag=a&Tag=b+c&__proto__=1&x=' });
    expect(Object.entries(query)).toEqual([
      ['tag', 'a,b c'],
      ['__proto__', '1'],
      ['x', ''],
    ]);
  });
});
