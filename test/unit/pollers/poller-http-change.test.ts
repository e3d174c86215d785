import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpChangePoller } from '../../../shared/heddle/actors/pollers/http-change.ts';
import { createHttpClient } from '../../../shared/heddle/adapters/http/http-client.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createPolling, createPollingWorld } from '../../helpers/poller-scene.ts';
import { openWebPage, type WebPage } from '../../helpers/web-page.ts';

const http = createHttpClient({ allow: ['127.0.0.1'] });
const digest = (body: string | Buffer) => createHash('sha256').update(body).digest('hex');

let page: WebPage;
beforeEach(async () => {
  page = await openWebPage((_, response) => response.end('one'));
});
afterEach(() => page.close());

function show(body: string | Buffer, headers: Record<string, string> = {}, status = 200): void {
  page.serve((_, response) => response.writeHead(status, headers).end(body));
}

/** Answers like a server that supports ETags. */
function showTagged(body: string, etag: string): void {
  page.serve((request, response) => {
    const isKnown = request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, { etag }).end(isKnown ? undefined : body);
  });
}

const watch = (options: JsonObject = {}) =>
  createPolling(HttpChangePoller, { url: page.url, ...options }, { http });

describe('a page without an ETag', () => {
  it('is known as the first poll finds it, and fires when its body changes', async () => {
    const { poll } = watch();
    expect(await poll()).toEqual([]);
    expect(await poll()).toEqual([]);
    show('two');
    expect(await poll()).toEqual([
      {
        ...{ event: 'changed', type: 'http_changed' },
        context: {
          ...{ url: page.url, status: 200, hash: digest('two') },
          previous: { hash: digest('one') },
        },
      },
    ]);
    expect(await poll()).toEqual([]);
  });

  it('is compared by its bytes: those that are no text count as well', async () => {
    show(Buffer.from([0xff, 0xfe]));
    const { poll } = watch();
    await poll();
    show(Buffer.from([0xff, 0xfd]));
    expect(await poll()).toHaveLength(1);
  });

  it('and with too large a body fails: its end is not seen', async () => {
    show('x'.repeat(101));
    const { poll } = watch({ maxBytes: 100 });
    await expect(poll()).rejects.toMatchObject({ code: 'body_too_large' });
    show('x'.repeat(100));
    expect(await poll()).toEqual([]);
  });
});

describe('a page with an ETag', () => {
  it('is asked for by it, so that what is the same is not sent again', async () => {
    showTagged('one', '"1"');
    const { poll } = watch();
    for (let n = 0; n < 3; n++) expect(await poll()).toEqual([]);
    const asked = page.requests.map(({ headers }) => headers['if-none-match']);
    expect(asked).toEqual([undefined, '"1"', '"1"']);
    showTagged('two', '"2"');
    const [event] = await poll();
    expect(event?.context).toMatchObject({
      ...{ etag: '"2"', hash: digest('two') },
      previous: { etag: '"1"', hash: digest('one') },
    });
  });

  it('is the same where the server does not look at what it is asked', async () => {
    show('one', { etag: '"1"' });
    const { poll } = watch();
    await poll();
    expect(await poll()).toEqual([]);
  });

  it('is the same with the same body: servers behind one address differ in their ETags', async () => {
    show('one', { etag: '"server-a"' });
    const { poll } = watch();
    await poll();
    show('one', { etag: '"server-b"' });
    expect(await poll()).toEqual([]);
  });

  it('may be of any size', async () => {
    show('x'.repeat(1000), { etag: '"1"' });
    const { poll } = watch({ maxBytes: 100 });
    await poll();
    show('y'.repeat(1000), { etag: '"2"' });
    const [event] = await poll();
    expect(event?.context).toMatchObject({ etag: '"2"', previous: { etag: '"1"' } });
    expect(event?.context).not.toHaveProperty('hash');
  });
});

describe('an answer that shows nothing', () => {
  it.each([500, 503, 403, 404, 302])('(%i) fails the poll and changes nothing', async (status) => {
    const { poll } = watch();
    await poll();
    show('trouble', {}, status);
    await expect(poll()).rejects.toMatchObject({ code: 'http_status' });
    show('one');
    expect(await poll()).toEqual([]);
  });

  it('or none at all fails the poll', async () => {
    const { poll } = watch();
    await poll();
    await page.close();
    await expect(poll()).rejects.toMatchObject({ code: 'http_no_answer' });
  });

  it('fails without quoting the URL, whose query may be a secret', async () => {
    show('', {}, 500);
    const scene = createPolling(HttpChangePoller, { url: `${page.url}?code=hunter2` }, { http });
    await expect(scene.poll()).rejects.not.toThrow('hunter2');
  });
});

describe('a page that is not there', () => {
  it('fires missing once, and changed when it is there again, where asked for', async () => {
    const { poll } = watch({ onMissing: 'fire' });
    await poll();
    show('', {}, 404);
    const [event] = await poll();
    const previous = { hash: digest('one') };
    expect(event).toEqual({
      ...{ event: 'missing', type: 'http_missing' },
      context: { url: page.url, status: 404, previous },
    });
    expect(await poll()).toEqual([]);
    show('one');
    const [back] = await poll();
    expect(back).toMatchObject({ event: 'changed', context: { previous: null } });
  });

  it('from the first fires when it comes', async () => {
    show('', {}, 404);
    const { poll } = watch({ onMissing: 'fire' });
    expect(await poll()).toEqual([]);
    show('one');
    expect(await poll()).toHaveLength(1);
  });
});

describe('the body', () => {
  const json = { 'content-type': 'application/json' };
  async function shown(body: string, headers: Record<string, string>) {
    const { poll } = watch({ includeBody: true });
    show('before');
    await poll();
    show(body, headers);
    return (await poll())[0]?.context.body;
  }

  it('comes with the event where asked for, parsed where it is JSON', async () => {
    expect(await shown('{"price":1}', json)).toEqual({ price: 1 });
    expect(await shown('{"price":1}', {})).toBe('{"price":1}');
    expect(await shown('{"price":', json)).toBe('{"price":');
  });

  it('stays a text where it nests deeper than an event may', async () => {
    const deep = '['.repeat(1000) + ']'.repeat(1000);
    expect(await shown(deep, json)).toBe(deep);
  });

  it('is left out above 64 KB', async () => {
    expect(await shown('x'.repeat(65_537), {})).toBeUndefined();
  });
});

describe('options', () => {
  it.each([
    [{ url: 'example.com' }, 'expected a URL with http: or https:'],
    [{ url: 'https://a.example', maxBytes: 1e9 }, 'expected at most 20000000'],
    [{ url: 'https://a.example', onMissing: 'ignore' }, 'expected error or fire'],
  ])('%j are refused: %s', (options, reason) => {
    expect(() => HttpChangePoller.parseOptions(options)).toThrow(reason);
  });
});

it('runs its actor once for each change', async () => {
  const world = createPollingWorld(
    HttpChangePoller,
    { url: page.url, includeBody: true },
    { http },
  );
  for (const body of ['one', 'two', 'two', 'three']) {
    show(body);
    await world.poll();
  }
  expect(world.inputs).toMatchObject([{ body: 'two' }, { body: 'three' }]);
});
