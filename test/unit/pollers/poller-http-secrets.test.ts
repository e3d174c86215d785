import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpChangePoller } from '../../../shared/heddle/actors/pollers/http-change.ts';
import { HttpHealthPoller } from '../../../shared/heddle/actors/pollers/http-health.ts';
import { createHttpClient } from '../../../shared/heddle/adapters/http/http-client.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { POLL_STATES } from '../../../shared/heddle/ports/collections.ts';
import { createPolling, createPollingWorld } from '../../helpers/poller-scene.ts';
import { openWebPage, type WebPage } from '../../helpers/web-page.ts';

const http = createHttpClient({ allow: ['127.0.0.1'] });
const settings = { TOKEN: ' Bearer s3cr3t-token\n', BLANK: ' ' };

let page: WebPage;
beforeEach(async () => {
  page = await openWebPage((_, response) => response.end('fine'));
});
afterEach(() => page.close());

describe.each([
  ['http-health', HttpHealthPoller],
  ['http-change', HttpChangePoller],
])('%s', (_, PollerClass) => {
  const watch = (options: JsonObject) =>
    createPolling(PollerClass, { url: page.url, ...options }, { http, settings });

  it('takes the values of headers from app settings, beside those that it has', async () => {
    const headerSettings = { Authorization: 'TOKEN' };
    await watch({ headers: { 'X-A': 'a' }, headerSettings }).poll();
    expect(page.requests).toMatchObject([
      { headers: { authorization: 'Bearer s3cr3t-token', 'x-a': 'a' } },
    ]);
  });

  it.each(['BLANK', 'UNSET'])(
    'asks nobody while the app setting %s has no header, and says so',
    async (name) => {
      const scene = watch({ headerSettings: { Authorization: name } });
      await expect(scene.poll()).rejects.toMatchObject({
        ...{ name: 'TerminalError', code: 'sink_not_configured' },
        message: `the app setting ${name} should hold the value of the header Authorization: it is not set`,
      });
      expect(page.requests).toEqual([]);
      expect(scene.stateJson).toBe('');
    },
  );

  it('asks the URL that an app setting holds, and names the setting in its place', async () => {
    const urlSetting = 'PAGE_URL';
    const secret = `${page.url}/t0ken-of-the-url`;
    const options = { urlSetting, ...(PollerClass === HttpHealthPoller ? { failures: 1 } : {}) };
    const scene = createPolling(PollerClass, options, {
      ...{ http, settings: { PAGE_URL: ` ${secret}\n` } },
    });
    const paths: unknown[] = [];
    const serve = (status: number, body: string) =>
      page.serve(({ url }, response) => {
        paths.push(url);
        response.writeHead(status).end(body);
      });
    serve(200, 'old');
    await scene.poll();
    serve(PollerClass === HttpHealthPoller ? 500 : 200, 'new');
    const events = await scene.poll();
    expect(paths).toEqual(['/page/t0ken-of-the-url', '/page/t0ken-of-the-url']);
    expect(events).toMatchObject([{ context: { urlSetting } }]);
    expect(JSON.stringify(events) + scene.stateJson).not.toContain('t0ken');
  });

  it('has one URL, as it is or by a setting', () => {
    const both = { url: page.url, urlSetting: 'PAGE_URL' };
    expect(() => PollerClass.parseOptions(both)).toThrow('expected either url or urlSetting');
    expect(() => PollerClass.parseOptions({})).toThrow('expected a URL such as');
  });

  it.each<[JsonObject, string]>([
    [
      { headerSettings: { A: 'Bearer s3cr3t' } },
      'expected the name of an app setting, such as DEPLOY_AUTHORIZATION',
    ],
    [{ headerSettings: 'TOKEN' }, 'expected headers, each with the name of an app setting'],
    [
      { headers: { authorization: 'a' }, headerSettings: { Authorization: 'TOKEN' } },
      'expected a header either in headers or in headerSettings',
    ],
  ])('does not take %j', (options, fault) => {
    expect(() => PollerClass.parseOptions({ url: page.url, ...options })).toThrow(fault);
  });
});

it('keeps nothing of a secret that the answer repeats, and knows the same body by its hash', async () => {
  let body = 'before';
  page.serve(({ headers }, response) => {
    const token = String(headers.authorization).slice('Bearer '.length);
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('ETag', `"${token}"`);
    response.end(JSON.stringify({ body, token, all: headers.authorization, [token]: 1 }));
  });
  const headerSettings = { Authorization: 'TOKEN' };
  const options = { url: page.url, includeBody: true, headerSettings };
  const world = createPollingWorld(HttpChangePoller, options, { http, settings });
  for (const next of ['before', 'after', 'after']) {
    body = next;
    await world.poll();
  }
  expect(world.inputs).toMatchObject([
    { body: { body: 'after', token: '***', all: '***', '***': 1 }, etag: '"***"' },
  ]);
  const state = await world.store.read(POLL_STATES, 'watch');
  expect(JSON.stringify([state, await world.events(), await world.runs()])).not.toContain('s3cr3t');
});
