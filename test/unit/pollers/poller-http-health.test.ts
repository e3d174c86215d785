import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpHealthPoller } from '../../../shared/heddle/actors/pollers/http-health.ts';
import { createHttpClient } from '../../../shared/heddle/adapters/http/http-client.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createPolling, createPollingWorld } from '../../helpers/poller-scene.ts';
import { openWebPage, type WebPage } from '../../helpers/web-page.ts';

const http = createHttpClient({ allow: ['127.0.0.1'] });

let page: WebPage;
beforeEach(async () => {
  page = await openWebPage((_, response) => response.end('fine'));
});
afterEach(() => page.close());

const answer = (status: number) => page.serve((_, response) => response.writeHead(status).end());
const watch = (options: JsonObject = {}) =>
  createPolling(HttpHealthPoller, { url: page.url, ...options }, { http });

async function times(count: number, poll: () => Promise<readonly unknown[]>) {
  const fired: unknown[][] = [];
  for (let n = 0; n < count; n++) fired.push([...(await poll())]);
  return fired.map((events) => events.length);
}

describe('a service that fails', () => {
  it('fires once, at the third failure in a row, and says since when', async () => {
    answer(503);
    const { poll } = watch();
    expect(await times(2, poll)).toEqual([0, 0]);
    expect(await poll()).toEqual([
      {
        ...{ event: 'unhealthy', type: 'http_unhealthy' },
        context: {
          ...{ url: page.url, failures: 3, status: 503, since: '2026-01-01T00:00:00.000Z' },
          error: 'expected the status 200-299, received 503',
        },
      },
    ]);
    expect(await times(5, poll)).toEqual([0, 0, 0, 0, 0]);
  });

  it('is healthy again with one good answer: failures are counted in a row', async () => {
    const { poll } = watch();
    for (const status of [500, 500, 200, 500, 500]) {
      answer(status);
      expect(await poll()).toEqual([]);
    }
    expect(await times(1, poll)).toEqual([1]);
  });

  it('fires again only after it was healthy in between', async () => {
    const { poll } = watch({ failures: 1 });
    answer(500);
    expect(await times(2, poll)).toEqual([1, 0]);
    answer(200);
    expect(await times(2, poll)).toEqual([0, 0]);
    answer(500);
    expect(await times(2, poll)).toEqual([1, 0]);
  });

  it('fires every so often where that is asked for', async () => {
    answer(500);
    const { poll } = watch({ failures: 2, repeatEvery: '1m' });
    expect(await times(6, poll)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it('fires that it has recovered, where asked for, and only if it was said to be unhealthy', async () => {
    const { poll } = watch({ failures: 2, recovery: true });
    answer(500);
    await poll();
    answer(204);
    expect(await poll()).toEqual([]);
    answer(500);
    expect(await times(2, poll)).toEqual([0, 1]);
    answer(204);
    const since = '2026-01-01T00:01:00.000Z';
    expect(await poll()).toEqual([
      {
        ...{ event: 'recovered', type: 'http_recovered' },
        context: { url: page.url, failures: 2, status: 204, since },
      },
    ]);
    expect(await poll()).toEqual([]);
  });

  it('by not answering counts as one that says so', async () => {
    await page.close();
    const [event] = await watch({ failures: 1 }).poll();
    expect(event?.context).toMatchObject({ error: expect.stringContaining('ECONNREFUSED') });
    expect(event?.context).not.toHaveProperty('status');
  });

  it('by answering too late, too', async () => {
    page.serve(() => undefined);
    const [event] = await watch({ failures: 1, timeoutSeconds: 0.1 }).poll();
    expect(event?.context.error).toContain('did not answer within 100 ms');
  });
});

describe('what is healthy', () => {
  it.each([
    [404, 404, 0],
    ['2xx', 404, 1],
    [['200-299', 401], 401, 0],
    ['300-399', 301, 0],
    [undefined, 301, 1],
  ])('is said by the status: with %j, %i fires %i times', async (expected, status, count) => {
    answer(status);
    const options = expected === undefined ? {} : { expect: expected };
    expect(await times(1, watch({ failures: 1, ...options }).poll)).toEqual([count]);
  });

  it('is asked with the method and the headers given', async () => {
    await watch({ method: 'HEAD', headers: { 'x-probe': 'heddle' } }).poll();
    expect(page.requests).toMatchObject([{ method: 'HEAD', headers: { 'x-probe': 'heddle' } }]);
  });

  it('is another question where the URL has changed: failures begin anew', async () => {
    answer(500);
    const { poll, change } = watch({ failures: 2 });
    await poll();
    change({ url: `${page.url}/other`, failures: 2 });
    expect(await times(2, poll)).toEqual([0, 1]);
  });
});

describe('a poll that cannot ask', () => {
  it('an address of this machine fails, and is no failure of the service', async () => {
    const guarded = createHttpClient({ allow: [] });
    const scene = createPolling(
      HttpHealthPoller,
      { url: page.url, failures: 1 },
      { http: guarded },
    );
    await expect(scene.poll()).rejects.toMatchObject({ code: 'address_forbidden' });
    expect(scene.stateJson).toBe('');
  });

  it('in its time fails, and is no failure of the service', async () => {
    page.serve(() => undefined);
    const { poll } = watch({ failures: 1 });
    await expect(poll(AbortSignal.abort(new Error('out of time')))).rejects.toThrow();
  });
});

describe('options', () => {
  it.each([
    [{}, 'expected a URL'],
    [{ url: 'ftp://a.example' }, 'expected a URL with http: or https:'],
    [{ url: 'https://me:pw@a.example' }, 'without credentials'],
    [{ url: 'https://a.example', failures: 0 }, 'expected at least 1'],
    [{ url: 'https://a.example', expect: 'ok' }, 'expected a status (204)'],
    [{ url: 'https://a.example', repeatEvery: 'often' }, 'expected a duration'],
    [{ url: 'https://a.example', threshold: 3 }, 'threshold'],
  ])('%j are refused: %s', (options, reason) => {
    expect(() => HttpHealthPoller.parseOptions(options)).toThrow(reason);
  });
});

it('runs its actor once for an outage of five polls, and once for its end', async () => {
  const world = createPollingWorld(HttpHealthPoller, { url: page.url, recovery: true }, { http });
  answer(503);
  for (let n = 0; n < 5; n++) await world.poll();
  answer(200);
  for (let n = 0; n < 2; n++) await world.poll();
  expect(world.inputs).toMatchObject([
    { url: page.url, failures: 3, status: 503 },
    { url: page.url, failures: 5, status: 200 },
  ]);
  const events = await world.events();
  expect(events.map(({ fields }) => fields.event)).toEqual(['recovered', 'unhealthy']);
});
