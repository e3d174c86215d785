import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLiveClients } from '../../../shared/heddle/adapters/azure/web-pubsub.ts';
import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import type { Json } from '../../../shared/heddle/domain/json.ts';
import { RetryableError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import type { Connection } from '../../../shared/heddle/ports/connection.ts';
import type { LiveClients } from '../../../shared/heddle/ports/live-clients.ts';
import {
  readToken,
  startWebPubSubService,
  type WebPubSubService,
} from '../../helpers/web-pubsub-service.ts';

let service: WebPubSubService;
let clients: LiveClients;

function createClients(connection: Connection | undefined): LiveClients {
  return createLiveClients(connection && { connection, hub: 'heddle' });
}

beforeEach(async () => {
  service = await startWebPubSubService();
  clients = createClients({ kind: 'string', value: service.connectionString });
});
afterEach(() => service.close());

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('expected it to throw');
}

describe('messages', () => {
  it('go to everybody at the hub, as JSON', async () => {
    await clients.send({ to: 'all' }, { run: 'r1', status: 'succeeded' });
    expect(service.calls).toEqual([
      {
        method: 'POST',
        path: ['', 'api', 'hubs', 'heddle', ':send'],
        contentType: 'application/json',
        body: '{"run":"r1","status":"succeeded"}',
      },
    ]);
  });

  it('go to a user or a group, whatever is in its name', async () => {
    await clients.send({ to: 'user', user: 'a/../b ?é' }, 1);
    await clients.send({ to: 'group', group: 'on call/#1' }, 2);
    expect(service.calls.map(({ path }) => path.slice(4))).toEqual([
      ['users', 'a/../b ?é', ':send'],
      ['groups', 'on call/#1', ':send'],
    ]);
  });

  it.each([
    'a text',
    '',
    0,
    false,
    null,
    ['a', { b: 'é' }],
    { constructor: { name: 'Blob' } },
    { toJSON: 'a field', contentType: 'text/plain' },
    JSON.parse('{"__proto__":{"x":1}}'),
  ])('are the JSON that was given (%j)', async (content) => {
    await clients.send({ to: 'all' }, content);
    expect(service.calls.map(({ body }) => body)).toEqual([JSON.stringify(content)]);
  });

  it.each(['9007199254740993', '[{"n":1e400}]'])('keep the number %s', async (text) => {
    await clients.send({ to: 'all' }, parseExactJson(text) as Json);
    expect(service.calls.map(({ body }) => body)).toEqual([text]);
  });
});

describe('the URL for a client', () => {
  it('carries the user, the groups and when it expires, signed for this hub', async () => {
    const url = await clients.createUrl({ user: 'u 1', groups: ['a', 'b'], minutes: 5 });
    const { origin, pathname, searchParams } = new URL(url);
    expect(`${origin}${pathname}`).toBe(`${service.url.replace('http:', 'ws:')}client/hubs/heddle`);
    const claims = readToken(searchParams.get('access_token') ?? '', service.key);
    expect(claims).toMatchObject({
      sub: 'u 1',
      'webpubsub.group': ['a', 'b'],
      aud: `${service.url}client/hubs/heddle`,
    });
    expect(Number(claims?.exp) - Number(claims?.iat)).toBe(300);
  });

  it('names nobody and lasts an hour unless told', async () => {
    const url = new URL(await clients.createUrl({}));
    const claims = readToken(url.searchParams.get('access_token') ?? '', service.key);
    expect(claims).not.toHaveProperty('sub');
    expect(Number(claims?.exp) - Number(claims?.iat)).toBe(3600);
  });
});

describe('refusals', () => {
  it('with the wrong key are worth another attempt, and name the role', async () => {
    const value = service.connectionString.replace(service.key, 'd3Jvbmc=');
    const wrong = createClients({ kind: 'string', value });
    const error = await thrownBy(wrong.send({ to: 'all' }, 1));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'sink_unavailable' });
    expect(String(error)).toContain('Web PubSub Service Owner');
    expect(String(error)).not.toContain('d3Jvbmc=');
    expect(service.calls).toEqual([]);
  });

  it('of what is too large or malformed are for good', async () => {
    for (const status of [400, 413]) {
      service.refusals.push({ status });
      const error = await thrownBy(clients.send({ to: 'all' }, { secret: 'content' }));
      expect(error).toBeInstanceOf(TerminalError);
      expect(error).toMatchObject({ code: 'sink_refused' });
      expect(String(error)).not.toContain('content');
    }
  });

  it('that pass are worth another attempt, which is left to the run', async () => {
    service.refusals.push({ status: 503 });
    const error = await thrownBy(clients.send({ to: 'all' }, 1));
    expect(error).toBeInstanceOf(RetryableError);
    expect(service.calls).toEqual([]);
    await clients.send({ to: 'all' }, 2);
    expect(service.calls.map(({ body }) => body)).toEqual(['2']);
  });

  it('that ask to wait say how long, and do not wait themselves', async () => {
    service.refusals.push({ status: 429, headers: { 'retry-after': '120' } });
    const error = await thrownBy(clients.send({ to: 'all' }, 1));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'sink_unavailable', retryAfter: 120 });
  });

  it('of nobody there are worth another attempt', async () => {
    await service.close();
    const error = await thrownBy(clients.send({ to: 'all' }, 1));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'sink_unavailable' });
  });

  it('without a connection name the setting', async () => {
    const none = createClients(undefined);
    for (const work of [none.send({ to: 'all' }, 1), none.createUrl({})]) {
      const error = await thrownBy(work);
      expect(error).toBeInstanceOf(TerminalError);
      expect(error).toMatchObject({ code: 'sink_not_configured' });
      expect(String(error)).toContain('WebPubSub__endpoint');
    }
  });
});
