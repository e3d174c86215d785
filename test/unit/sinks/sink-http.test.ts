import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../shared/heddle/adapters/http/http-client.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { toInput } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { withoutTriggerEvent } from '../../../shared/heddle/triggers/inputs/trigger-event.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createSinkScene, TRACEPARENT } from '../../helpers/sink-actors.ts';

const settings: Record<string, string> = { TOKEN: ' Bearer s3cr3t-token\n', BLANK: ' ' };
const { run, findFaults } = createSinkScene({
  http: createHttpClient({ allow: ['127.0.0.1'] }),
  readSecret: (setting) => ({ value: settings[setting] ?? '' }),
});
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers with the request that it got. */
const echo = async (incoming: IncomingMessage, outgoing: Parameters<RequestListener>[1]) => {
  const body = Buffer.concat(await incoming.toArray()).toString('utf8');
  const { 'content-type': type, 'idempotency-key': key, traceparent: trace } = incoming.headers;
  outgoing.setHeader('Content-Type', 'application/json; charset=utf-8');
  outgoing.end(JSON.stringify({ method: incoming.method, type, key, trace, body }));
};
const send = (input: JsonObject) => run('http', input);
const fail = (input: JsonObject) =>
  send(input).then(
    () => expect.unreachable(),
    (error) => error,
  );

describe('the http actor', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'JSON',
      { body: { a: [1] } },
      {
        method: 'POST',
        type: 'application/json',
        key: 'run-1',
        trace: TRACEPARENT,
        body: '{"a":[1]}',
      },
    ],
    [
      'a text',
      { body: 'ü', method: 'put' },
      {
        method: 'PUT',
        type: 'text/plain; charset=utf-8',
        key: 'run-1',
        trace: TRACEPARENT,
        body: 'ü',
      },
    ],
    ['no body', { method: 'GET' }, { method: 'GET', key: 'run-1', trace: TRACEPARENT, body: '' }],
    [
      'its own headers',
      {
        body: '<a/>',
        headers: { 'Content-Type': 'text/xml', 'Idempotency-Key': 'mine', Traceparent: 'own' },
      },
      { method: 'POST', type: 'text/xml', key: 'mine', trace: 'own', body: '<a/>' },
    ],
  ])('sends %s', async (_, input, expected) => {
    const url = await serve(echo);
    expect(await send({ url, ...input })).toEqual({ status: 200, body: expected });
  });

  it('takes the values of headers from app settings, and keeps none that is repeated', async () => {
    const authorizations: unknown[] = [];
    const url = await serve(({ headers }, outgoing) => {
      authorizations.push(headers.authorization);
      outgoing.setHeader('Content-Type', 'application/json');
      outgoing.end(JSON.stringify({ all: headers.authorization, token: 's3cr3t-token' }));
    });
    const headers = { 'X-A': 'a' };
    expect(await send({ url, headers, headerSettings: { Authorization: 'TOKEN' } })).toEqual({
      status: 200,
      body: { all: '***', token: '***' },
    });
    expect(authorizations).toEqual(['Bearer s3cr3t-token']);
  });

  it.each(['BLANK', 'UNSET'])(
    'sends nothing while the app setting %s has no header',
    async (name) => {
      const url = await serve(() => expect.unreachable());
      expect(await fail({ url, headerSettings: { Authorization: name } })).toMatchObject({
        ...{ name: 'TerminalError', code: 'sink_not_configured' },
        message: `the app setting ${name} should hold the value of the header Authorization: it is not set`,
      });
    },
  );

  it.each<[JsonObject, string]>([
    [
      { headerSettings: { A: 'Bearer s3cr3t' } },
      'headerSettings.A: expected the name of an app setting, such as DEPLOY_AUTHORIZATION',
    ],
    [
      { headerSettings: { A: '{{ event.name }}' } },
      'headerSettings.A: expected the name of an app setting, such as DEPLOY_AUTHORIZATION',
    ],
    [
      { headerSettings: 'TOKEN' },
      'headerSettings: expected headers, each with the name of an app setting',
    ],
    [
      { headers: { authorization: 'a' }, headerSettings: { Authorization: 'TOKEN' } },
      'expected a header either in headers or in headerSettings',
    ],
  ])('does not take %j', (input, fault) => {
    expect(findFaults('http', { url: 'https://a.example', ...input })).toEqual([fault]);
  });

  it('sends to the URL that an app setting holds, and keeps none of it that is repeated', async () => {
    const paths: unknown[] = [];
    const origin = await serve(({ url = '' }, outgoing) => {
      paths.push(url);
      const { searchParams } = new URL(url, origin);
      outgoing.end(`to ${origin}${url}, ${url}, ${searchParams.get('token')}`);
    });
    settings.HOOK = ` ${origin}/hooks/a?token=s3cr3t-in-query\n`;
    expect(await send({ urlSetting: 'HOOK' })).toEqual({ status: 200, body: 'to ***, ***, ***' });
    expect(paths).toEqual(['/hooks/a?token=s3cr3t-in-query']);
  });

  it.each([
    ['UNSET', 'it is not set'],
    ['BLANK', 'it is not set'],
    ['TOKEN', 'it holds something else'],
  ])('sends nothing while the app setting %s holds no URL', async (urlSetting, found) => {
    expect(await fail({ urlSetting })).toMatchObject({
      ...{ name: 'TerminalError', code: 'sink_not_configured' },
      message: `the app setting ${urlSetting} should hold the URL to send to, with https: or http:: ${found}`,
    });
  });

  it('sends to no private address that an app setting holds', async () => {
    settings.INSIDE = 'http://10.0.0.1/s3cr3t';
    const error = await fail({ urlSetting: 'INSIDE' });
    expect(error).toMatchObject({ code: 'address_forbidden' });
    expect(error.message).not.toContain('s3cr3t');
  });

  it('takes one URL, or the setting of one', () => {
    expect(findFaults('http', { urlSetting: 'HOOK' })).toEqual([]);
    const both = { url: 'https://a.example', urlSetting: 'HOOK' };
    expect(findFaults('http', both)).toEqual(['expected either url or urlSetting']);
  });

  it.each(['https://a.example', '{{ event.name }}'])('takes no %s for a setting', (urlSetting) => {
    expect(findFaults('http', { urlSetting })).toEqual([
      'urlSetting: expected the name of an app setting, such as DEPLOY_URL',
    ]);
  });

  it('takes no event for its input, whose sender would choose what goes where', async () => {
    const data = { url: 'https://evil.example', headerSettings: { A: 'TOKEN' } };
    const event = createEvent({ data, fields: {} });
    const input = withoutTriggerEvent(await toInput({ name: 'a', source: 'custom' }, event));
    expect(findFaults('http', input)).toEqual(['Unrecognized key: "fields"']);
  });

  it('keeps 4 KB of the answer, as text where that is no JSON', async () => {
    const url = await serve((incoming, outgoing) => {
      if (incoming.url === '/json') outgoing.setHeader('Content-Type', 'application/json');
      outgoing.end(JSON.stringify('x'.repeat(10_000)));
    });
    for (const path of ['/json', '/text']) {
      expect(await send({ url: `${url}${path}` })).toEqual({
        status: 200,
        body: `"${'x'.repeat(4095)}`,
      });
    }
  });

  it.each([408, 425, 429, 500, 503, 599])('is tried again after %i', async (status) => {
    const url = await serve((_, outgoing) => outgoing.writeHead(status).end('s3cr3t'));
    expect(await fail({ url: `${url}/s3cr3t` })).toMatchObject({
      ...{ name: 'RetryableError', code: 'http_status', retryAfter: undefined },
      message: `${new URL(url).host} answered ${status}, expected 2xx`,
    });
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'Retry-After': '120' }, 120],
    [
      'a date, by the clock of the sender',
      { 'Retry-After': 'Wed, 21 Oct 2015 07:28:30 GMT', Date: 'Wed, 21 Oct 2015 07:28:00 GMT' },
      30,
    ],
    ['a date that is past', { 'Retry-After': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
    ['nonsense', { 'Retry-After': 'soon' }, undefined],
  ])('waits as Retry-After says: %s', async (_, headers, retryAfter) => {
    const url = await serve((_incoming, outgoing) => outgoing.writeHead(503, headers).end());
    expect(await fail({ url })).toMatchObject({ name: 'RetryableError', retryAfter });
  });

  it.each([301, 400, 401, 404, 410, 422])('is not tried again after %i', async (status) => {
    const url = await serve((_, outgoing) => outgoing.writeHead(status).end('s3cr3t'));
    const error = await fail({ url: `${url}/s3cr3t?s3cr3t` });
    expect(error).toMatchObject({ name: 'TerminalError', code: 'http_status' });
    expect(error.message).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:\\d+ answered ${status}, expected 2xx`),
    );
    expect(error.message).not.toContain('s3cr3t');
  });

  it.each<[number, JsonObject['expect'] & {}, boolean]>([
    [404, 404, true],
    [404, ['2xx', '404'], true],
    [304, '300-304', true],
    [305, '300-304', false],
    [204, [200, 202], false],
    [500, '5xx', true],
  ])('takes %i where %j is expected: %s', async (status, wanted, isFine) => {
    const url = await serve((_, outgoing) => outgoing.writeHead(status).end());
    const outcome = await send({ url, expect: wanted }).catch((error) => error.code);
    expect(outcome).toEqual(isFine ? { status, body: '' } : 'http_status');
  });

  it('is given up with the attempt', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    await expect(run('http', { url }, controller.signal)).rejects.toMatchObject({
      code: 'http_no_answer',
    });
  });

  it('waits no longer than said', async () => {
    const url = await serve(() => undefined);
    const error = await fail({ url, timeoutSeconds: 1 });
    expect(error).toMatchObject({ name: 'RetryableError', code: 'http_timeout' });
  });

  it('does not reach what is not allowed', async () => {
    const url = 'http://169.254.169.254/metadata/identity/oauth2/token';
    expect(await fail({ url })).toMatchObject({ name: 'TerminalError', code: 'address_forbidden' });
  });

  it('says what its input lacks', () => {
    expect(findFaults('http', {})).toEqual(['url: expected the URL to send to']);
    const input = { url: '', method: 'FOO', timeoutSeconds: '601', expect: 'ok', bodi: 1 };
    expect(findFaults('http', input)).toEqual([
      'url: expected the URL to send to, received an empty text',
      'method: expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'timeoutSeconds: expected a number from 1 to 600',
      'expect: expected a status (204), a class (2xx), a range (200-299), or a list',
      'Unrecognized key: "bodi"',
    ]);
  });

  it('takes what a template has left empty for left out', () => {
    const input = {
      url: 'https://a.example',
      method: '',
      body: '',
      timeoutSeconds: '',
      expect: '',
    };
    expect(findFaults('http', input)).toEqual([]);
  });
});
