import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../shared/heddle/adapters/http/http-client.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { seal } from '../../../shared/heddle/domain/sealed.ts';
import type { HttpClient } from '../../../shared/heddle/ports/http-client.ts';
import { createSinkScene } from '../../helpers/sink-actors.ts';

const URL_OF_COMMAND = 'https://hooks.slack.com/commands/T0/1/s3cr3t';
const URL_OF_WEBHOOK = 'https://hooks.slack.com/services/T0/B0/s3cr3t';
const settings: Record<string, string> = {
  SLACK_WEBHOOK_URL: ` ${URL_OF_WEBHOOK}\n`,
  OTHER: 'https://evil.example/s3cr3t',
  BLANK: ' ',
  SIGNING: '8f742231b10e8888abcd99yyyzzz85a5',
};
const readSecret = (setting: string) => ({ value: settings[setting] ?? '' });
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Starts a Slack on this machine, and a client that calls it in place of hooks.slack.com. */
async function createSlack({ status = 200, headers = {}, body = 'ok' }: Answer = {}) {
  const posts: unknown[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const text = Buffer.concat(await incoming.toArray()).toString('utf8');
    const { method, url, headers: sent } = incoming;
    posts.push({ method, url, type: sent['content-type'], payload: JSON.parse(text) });
    outgoing.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const client = createHttpClient({ allow: ['127.0.0.1'] });
  const http: HttpClient = {
    send: (request) => {
      const { pathname, origin } = new URL(request.url);
      expect(origin).toBe('https://hooks.slack.com');
      return client.send({ ...request, url: `http://127.0.0.1:${port}${pathname}` });
    },
  };
  const { run } = createSinkScene({ http, readSecret });
  const post = (input: JsonObject) => run('slack-message', input);
  const fail = (input: JsonObject) =>
    post(input).then(
      () => expect.unreachable(),
      (error) => error,
    );
  return { posts, post, fail, origin: `http://127.0.0.1:${port}` };
}

const { findFaults, run } = createSinkScene({ readSecret });
const type = 'application/json; charset=utf-8';

describe('the slack-message actor', () => {
  it('answers at the response_url of a command', async () => {
    const { post, posts } = await createSlack();
    const rest = { responseType: 'in_channel', replaceOriginal: 'false', threadTs: '1.2' };
    expect(await post({ url: URL_OF_COMMAND, text: 'On it', ...rest })).toEqual({ status: 200 });
    const payload = {
      text: 'On it',
      response_type: 'in_channel',
      replace_original: false,
      thread_ts: '1.2',
    };
    expect(posts).toEqual([{ method: 'POST', url: '/commands/T0/1/s3cr3t', type, payload }]);
  });

  it('answers at a response_url that is sealed', async () => {
    const { post, posts } = await createSlack();
    const url = seal({ setting: 'SIGNING', value: settings.SIGNING ?? '' }, URL_OF_COMMAND);
    expect(await post({ url, text: 'On it' })).toEqual({ status: 200 });
    expect(posts).toEqual([
      { method: 'POST', url: '/commands/T0/1/s3cr3t', type, payload: { text: 'On it' } },
    ]);
  });

  it.each(['sealed:', 'sealed:SIGNING:AAAA', `sealed:UNSET:${'A'.repeat(80)}`])(
    'does not post to %s, which cannot be opened',
    async (url) => {
      const { fail, posts } = await createSlack();
      const expected = { name: 'TerminalError', code: 'sealed_unreadable' };
      expect(await fail({ url, text: 'a' })).toMatchObject(expected);
      expect(posts).toEqual([]);
    },
  );

  it('posts to the webhook that an app setting has', async () => {
    const { post, posts } = await createSlack();
    const blocks = [{ type: 'divider' }];
    await post({ webhookSetting: 'SLACK_WEBHOOK_URL', blocks });
    expect(posts).toEqual([
      { method: 'POST', url: '/services/T0/B0/s3cr3t', type, payload: { blocks } },
    ]);
  });

  it('posts to the URL of urlSetting, which is another name for the same', async () => {
    const { post, posts } = await createSlack();
    await post({ urlSetting: 'SLACK_WEBHOOK_URL', text: 'a' });
    expect(posts).toMatchObject([{ url: '/services/T0/B0/s3cr3t' }]);
  });

  it('posts to a host that the list of allowed addresses names, and to no other', async () => {
    const http: HttpClient = createHttpClient({ allow: ['127.0.0.1', 'proxy.example'] });
    const { origin, posts } = await createSlack();
    const own = { ...settings, PROXY: `${origin}/hook`, ELSEWHERE: 'http://127.0.0.2/hook' };
    const scene = createSinkScene({
      http,
      readSecret: (setting) => ({ value: own[setting as keyof typeof own] ?? '' }),
    });
    await scene.run('slack-message', { urlSetting: 'PROXY', text: 'a' });
    await scene.run('slack-message', { url: `${origin}/direct`, text: 'a' });
    expect(posts).toMatchObject([{ url: '/hook' }, { url: '/direct' }]);
    await expect(
      scene.run('slack-message', { urlSetting: 'ELSEWHERE', text: 'a' }),
    ).rejects.toMatchObject({ code: 'sink_not_configured' });
    const faults = (url: string) => scene.findFaults('slack-message', { url, text: 'a' });
    expect(faults('https://proxy.example/hook')).toEqual([]);
    expect(faults('https://a.proxy.example/hook')).toHaveLength(1);
    expect(faults('http://10.0.0.1/hook')).toHaveLength(1);
  });

  it.each([
    [400, 'invalid_payload'],
    [403, 'action_prohibited'],
    [404, 'no_service'],
    [410, 'channel_is_archived'],
  ])('fails for good when Slack answers %i %s', async (status, body) => {
    const { fail } = await createSlack({ status, body });
    expect(await fail({ webhookSetting: 'SLACK_WEBHOOK_URL', text: 'a' })).toMatchObject({
      ...{ name: 'TerminalError', code: 'http_status' },
      message: `hooks.slack.com answered ${status} ${body}, expected 200 ok`,
    });
  });

  it('fails for good when a response_url answers that it is not ok', async () => {
    const { fail } = await createSlack({ body: '{"ok":false,"error":"expired_url"}' });
    expect(await fail({ url: URL_OF_COMMAND, text: 'a' })).toMatchObject({
      ...{
        name: 'TerminalError',
        message: 'hooks.slack.com answered 200 expired_url, expected 200 ok',
      },
    });
  });

  it('is tried again when Slack has had too much, not before it says', async () => {
    const { fail } = await createSlack({
      status: 429,
      headers: { 'Retry-After': '30' },
      body: 'rate_limited',
    });
    expect(await fail({ url: URL_OF_COMMAND, text: 'a' })).toMatchObject({
      ...{ name: 'RetryableError', code: 'http_status', retryAfter: 30 },
      message: 'hooks.slack.com answered 429 rate_limited, expected 200 ok',
    });
  });

  it('shows of an answer no more than a code', async () => {
    for (const body of [
      '<html>s3cr3t</html>',
      's3cr3t',
      `${'a_'.repeat(40)}b`,
      '{"ok":false,"error":"s3cr3t"}',
    ]) {
      const { fail } = await createSlack({ status: 500, body });
      expect(await fail({ url: URL_OF_COMMAND, text: 'a' })).toMatchObject({
        ...{ name: 'RetryableError', message: 'hooks.slack.com answered 500, expected 200 ok' },
      });
    }
  });

  it.each([
    ['UNSET', 'it is not set'],
    ['BLANK', 'it is not set'],
    ['OTHER', 'it holds something else'],
  ])(
    'says that the app setting %s is of no use, and not what it holds',
    async (setting, expected) => {
      const error = await run('slack-message', { webhookSetting: setting, text: 'a' }).then(
        () => expect.unreachable(),
        (thrown) => thrown,
      );
      expect(error).toMatchObject({ name: 'TerminalError', code: 'sink_not_configured' });
      expect(error.message).toMatch(new RegExp(`^the app setting ${setting} .*: ${expected}$`));
      expect(error.message).not.toContain('s3cr3t');
    },
  );

  it.each([
    ...['http://hooks.slack.com/services/a', 'https://hooks.slack.com.evil.example/a'],
    ...[
      'https://hooks.slack.com@evil.example/',
      'https://me@hooks.slack.com/a',
      'hooks.slack.com/a',
    ],
    ...['https://hooks.slack.com:8443/a', 'https://evil.example/https://hooks.slack.com/'],
  ])('does not post to %s', (url) => {
    expect(findFaults('slack-message', { url, text: 'a' })).toEqual([
      'url: expected a URL that begins with https://hooks.slack.com/',
    ]);
  });

  it.each<[JsonObject, readonly string[]]>([
    [{ text: 'a' }, ['expected either url, urlSetting or webhookSetting']],
    [{ url: '', text: 'a' }, ['expected either url, urlSetting or webhookSetting']],
    [
      { url: URL_OF_COMMAND, webhookSetting: 'A', text: 'a' },
      ['expected either url, urlSetting or webhookSetting'],
    ],
    [
      { urlSetting: 'A', webhookSetting: 'A', text: 'a' },
      ['expected either url, urlSetting or webhookSetting'],
    ],
    [{ url: URL_OF_COMMAND, text: '' }, ['expected text or blocks']],
    [{ url: URL_OF_COMMAND, blocks: [] }, ['blocks: expected a block or more']],
    [
      { url: URL_OF_COMMAND, text: 'a', responseType: 'all' },
      ['responseType: expected in_channel or ephemeral'],
    ],
    [
      { webhookSetting: 'A B', text: 'a' },
      ['webhookSetting: expected the name of an app setting, such as SLACK_WEBHOOK_URL'],
    ],
  ])('does not take %j', (input, faults) => {
    expect(findFaults('slack-message', input)).toEqual(faults);
  });
});
