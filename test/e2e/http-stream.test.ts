import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../helpers/all-endpoints.ts';
import { createDelivery, SECRET } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';
import { LAST_CHUNK, toChunk, toHead, Wire } from '../helpers/wire.ts';

const MB = 1024 * 1024;

const TRIGGERS = `
sources:
  partner: { kind: custom, auth: { kind: ipAllowList, allow: [203.0.113.7] } }
triggers:
  - name: log-issues
    source: github
    actor: log
`;

const open = (env: NodeJS.ProcessEnv) =>
  HeddleHost.start(
    prepareHeddle({ triggers: TRIGGERS, env: { LOCAL_HOST_BODY_MB: '64', ...env } }),
  );

/** A payload of about so many bytes, with line ends and characters that a careless reader changes. */
function createPayload(bytes: number): string {
  const text = `"a line\\r\\n", "ü 🧵 \\u00fc"`;
  return `{\r\n  "zen": "${'é'.repeat(Math.max(0, bytes - 100) / 2)}",\r\n "list": [${text}]\r\n}`;
}

describe.each([
  ['on', { HEDDLE_HTTP_STREAM: 'on' }, 202],
  ['off', {}, 411],
])('with HTTP streaming %s', (_, env, statusOfChunked) => {
  let host: HeddleHost;
  beforeAll(async () => {
    host = await open(env);
  });
  afterAll(() => host.process.stop());

  const wire = () => Wire.open(host.process.url);

  it.each([100, MB, 20 * MB])(
    'a signed delivery of %i bytes is taken, and kept as it came',
    async (bytes) => {
      const payload = createPayload(bytes);
      const { headers, body } = await createDelivery(payload, {
        event: 'push',
        id: `bytes-${bytes}`,
      });
      const answer = await host.post(headers, body);
      expect(answer.status).toBe(202);
    },
  );

  it.each([100, MB, 20 * MB])('a delivery of %i bytes in chunks is answered', async (bytes) => {
    const { headers, body } = await createDelivery(createPayload(bytes), {
      ...{ event: 'push', id: `chunks-${bytes}` },
    });
    const bytesOf = Buffer.from(body);
    using socket = await wire();
    socket.write(toHead('/webhooks/github', { ...headers, 'Transfer-Encoding': 'chunked' }));
    for (let at = 0; at < bytesOf.length; at += 100_001) {
      socket.write(toChunk(bytesOf.subarray(at, at + 100_001)));
    }
    socket.write(LAST_CHUNK);
    await expect.poll(() => socket.statuses, { timeout: 20_000 }).toEqual([statusOfChunked]);
  });

  it('a forged delivery is 401, and so is one signed twice', async () => {
    const { headers, body } = await createDelivery(createPayload(100), {
      event: 'push',
      id: 'forged',
    });
    expect((await host.post(headers, `${body} `)).status).toBe(401);
    const signature = headers['x-hub-signature-256'] ?? '';
    using socket = await wire();
    const head = toHead('/webhooks/github', {
      ...headers,
      'Content-Length': Buffer.byteLength(body),
    });
    const doubled = head.replace('\r\n\r\n', `\r\nX-Hub-Signature-256: ${signature}\r\n\r\n`);
    socket.write(doubled, body);
    await expect.poll(() => socket.statuses).toEqual([401]);
  });

  it('a payload with fields named as parts of the request is taken by the source of its path', async () => {
    const payload = JSON.stringify({
      ...{ name: 'nobody', Name: 'nobody', kind: 'x', query: { a: 1 }, method: 'PUT' },
      Headers: { 'X-Hub-Signature-256': 'sha256=0', 'X-GitHub-Event': 'push' },
    });
    const { headers, body } = await createDelivery(payload, { event: 'push', id: 'named' });
    expect((await host.post(headers, body)).status).toBe(202);
    const url = new URL('/webhooks/github/github?name=nobody&headers=x', host.process.url);
    const again = await fetch(url, { method: 'POST', headers, body });
    expect(again.status).toBe(202);
  });

  it('an unknown source is 404, before its body comes', async () => {
    using socket = await wire();
    socket.write(toHead('/webhooks/github/nobody', { 'Content-Length': 100 }));
    await expect.poll(() => socket.statuses).toEqual([404]);
  });

  it('a body above the limit of its source is 413 before it comes', async () => {
    using socket = await wire();
    socket.write(toHead('/webhooks/github', { 'Content-Length': 25 * MB + 1 }));
    await expect.poll(() => socket.statuses).toEqual([413]);
    expect(socket.received).toContain('"code":"body_too_large"');
  });

  it('a sender that asks first is told to go on, and one that goes away is forgotten', async () => {
    const { headers, body } = await createDelivery(createPayload(200), {
      event: 'push',
      id: 'asks',
    });
    using socket = await wire();
    const length = { 'Content-Length': Buffer.byteLength(body) };
    socket.write(toHead('/webhooks/github', { ...headers, ...length, Expect: '100-continue' }));
    await expect.poll(() => socket.statuses).toEqual([100]);
    socket.write(body);
    await expect.poll(() => socket.statuses).toEqual([100, 202]);
    {
      using gone = await wire();
      gone.write(toHead('/webhooks/github', { ...headers, ...length }), body.slice(0, 50));
    }
    expect((await host.health()).status).toBe('healthy');
  });

  it('a sender that announces trailers, or names another host in its path, harms nobody', async () => {
    for (const [path, status] of [
      ['/webhooks/github', 202],
      ['//127.0.0.1:1/webhooks/github', 404],
    ] as const) {
      const { headers, body } = await createDelivery('{}', { event: 'push', id: `odd-${status}` });
      const odd = { ...headers, Trailer: 'X-Sum', 'Content-Length': Buffer.byteLength(body) };
      using socket = await wire();
      socket.write(toHead(path, odd), body);
      await expect.poll(() => socket.statuses).toEqual([status]);
    }
    expect((await host.health()).status).toBe('healthy');
  });

  it.each(['GET', 'OPTIONS'])('a body of %s in chunks is no further request', async (method) => {
    const path = method === 'GET' ? '/health' : '/webhooks/cloudevents';
    using socket = await wire();
    socket.write(toHead(path, { 'Transfer-Encoding': 'chunked' }, method));
    socket.write(toChunk('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'), LAST_CHUNK);
    await expect.poll(() => socket.statuses).toHaveLength(1);
    expect((await host.health()).status).toBe('healthy');
    expect(host.process.output()).not.toContain('request_lost');
  });

  it('nobody chooses the address that an allow-list sees, whatever the body says', async () => {
    const own = { host: 'localhost', 'content-type': 'application/json' };
    const toBody = (length: number) =>
      JSON.stringify({
        Headers: { ...own, 'content-length': `${length}`, 'x-forwarded-for': '203.0.113.7' },
      });
    const body = toBody(toBody(100).length);
    const given = { 'content-type': 'application/json', 'content-length': body.length };
    using socket = await wire();
    socket.write(toHead('/webhooks/custom/partner', given), body);
    await expect.poll(() => socket.statuses).toEqual([403]);
    expect(socket.received).toContain('"code":"address_refused"');
  });

  it('a connection serves one request after the other', async () => {
    using socket = await wire();
    for (const count of [1, 2, 3]) {
      const id = `kept-alive-${count}`;
      const { headers, body } = await createDelivery(createPayload(100), { event: 'push', id });
      const length = Buffer.byteLength(body);
      socket.write(toHead('/webhooks/github', { ...headers, 'Content-Length': length }), body);
      await expect.poll(() => socket.statuses).toHaveLength(count);
    }
    expect(socket.statuses).toEqual([202, 202, 202]);
  });

  it('methods, the API and health are as ever', async () => {
    const { url } = host.process;
    expect((await fetch(`${url}/webhooks/github`, { method: 'HEAD' })).status).toBe(404);
    expect((await fetch(`${url}/webhooks/github`, { method: 'OPTIONS' })).status).toBe(404);
    expect((await fetch(`${url}/webhooks/cloudevents`, { method: 'OPTIONS' })).status).toBeLessThan(
      500,
    );
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const paged = await fetch(`${url}/api/v1/events?limit=2&source=github`);
    expect(((await paged.json()) as { items: unknown[] }).items).toHaveLength(2);
    const asked = { headers: { 'content-type': 'application/json' }, body: '{"enabled": 1}' };
    const refused = await send(new URL('/api/v1/emit', url), 'POST', asked);
    expect(refused).toMatchObject({ status: 400 });
    const emitted = await send(new URL('/api/v1/emit', url), 'POST', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ endpoint: 'orders', data: { headers: { host: 'x' } } }),
    });
    expect(emitted.status).toBeLessThan(300);
  });

  it('the API knows a page of another origin, whatever the body says of its headers', async () => {
    const url = new URL('/api/v1/emit', host.process.url);
    const body = JSON.stringify({ endpoint: 'orders', data: {}, Headers: { origin: url.origin } });
    const headers = { 'content-type': 'application/json', origin: 'https://evil.example' };
    expect(await send(url, 'POST', { headers, body })).toMatchObject({ status: 403 });
  });

  it('a hundred deliveries at a time are each taken once', async () => {
    const deliveries = await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        createDelivery(createPayload(5000), { event: 'push', id: `many-${at}` }),
      ),
    );
    const answers = await Promise.all(
      deliveries.map(({ headers, body }) => host.post(headers, body)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    await host.drained();
    const ids = (await host.events()).map(({ id }) => id).filter((id) => id.startsWith('many-'));
    expect(new Set(ids).size).toBe(100);
    expect(ids).toHaveLength(100);
  });
});

describe('a body in chunks', () => {
  let host: HeddleHost;
  beforeAll(async () => {
    host = await open({ HEDDLE_HTTP_STREAM: 'on' });
  });
  afterAll(() => host.process.stop());

  const begin = async (path = '/webhooks/github', headers = {}) =>
    (await Wire.open(host.process.url)).write(
      toHead(path, {
        ...headers,
        'content-type': 'application/json',
        'Transfer-Encoding': 'chunked',
      }),
    );

  it('that is too large is 413 as soon as it is, and 401 up to there', async () => {
    const block = toChunk(randomBytes(MB));
    using socket = await begin();
    for (let sent = 0; sent < 40 && socket.statuses.length === 0; sent++) {
      socket.write(block);
      await new Promise(setImmediate);
    }
    await expect.poll(() => socket.statuses, { timeout: 20_000 }).toEqual([413]);
    expect(socket.received).toContain('26214400');
    using small = await begin();
    small.write(block, LAST_CHUNK);
    await expect.poll(() => small.statuses).toEqual([401]);
  });

  it('of the API has its limit too', async () => {
    using socket = await begin('/api/v1/emit');
    for (let sent = 0; sent < 6; sent++) socket.write(toChunk(randomBytes(MB)));
    await expect.poll(() => socket.statuses, { timeout: 20_000 }).toEqual([413]);
  });

  it('of an unknown source is answered before it comes', async () => {
    using socket = await begin('/webhooks/nobody');
    await expect.poll(() => socket.statuses).toEqual([404]);
  });

  it('that breaks off is never taken', async () => {
    const { headers, body } = await createDelivery(createPayload(300), {
      event: 'push',
      id: 'torn',
    });
    {
      using socket = await begin('/webhooks/github', headers);
      socket.write(toChunk(body));
    }
    const { headers: next, body: rest } = await createDelivery('{"zen":"a"}', {
      event: 'push',
      id: 'whole',
    });
    expect((await host.post(next, rest)).status).toBe(202);
    expect((await host.events()).map(({ id }) => id)).not.toContain('torn');
  });

  it('is stored exactly as it came, in the order of its chunks', async () => {
    const payload = createPayload(200_000);
    const { headers, body } = await createDelivery(payload, {
      event: 'push',
      id: 'exact',
      secret: SECRET,
    });
    using socket = await begin('/webhooks/github', headers);
    for (const part of body.match(/[\s\S]{1,777}/gu) ?? []) socket.write(toChunk(part));
    socket.write(LAST_CHUNK);
    await expect.poll(() => socket.statuses).toEqual([202]);
    const [summary] = (await host.events()).filter(({ id }) => id.includes('exact'));
    const { data } = await host.event(summary?.id ?? '');
    expect(digest(JSON.stringify(data))).toBe(digest(JSON.stringify(JSON.parse(payload))));
  });
});

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
