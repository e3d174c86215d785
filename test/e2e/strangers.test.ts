import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Endpoint, endpoints, type Sent, send } from '../helpers/all-endpoints.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';
import { type PassOn, startProxy } from '../helpers/reverse-proxy.ts';

const TRIGGERS = 'triggers: [{ name: t, source: manual, actor: log }]\n';
const JSON_TYPE = { 'content-type': 'application/json' };

/** An address of this machine that others can reach. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

let host: HeddleHost;
beforeAll(async () => {
  host = await HeddleHost.start(prepareHeddle({ triggers: TRIGGERS }));
});
afterAll(() => host.process.stop());

/** Asks for every endpoint, with and without a body where it may have one. */
async function askAll(
  base: string,
  sent: Sent,
  check: (endpoint: Endpoint, answer: Answer) => void,
) {
  for (const endpoint of endpoints) {
    for (const body of endpoint.method === 'GET' ? [''] : ['', '{}']) {
      const headers = { ...(body === '' ? {} : JSON_TYPE), ...sent.headers };
      const url = new URL(endpoint.path, base);
      check(endpoint, await send(url, endpoint.method, { ...sent, headers, body }));
    }
  }
}

type Answer = Awaited<ReturnType<typeof send>>;

/** Expects webhooks and /health to be reached, and nothing else. */
const expectRefused = (status: 401 | 403) => {
  const code = status === 401 ? 'key_required' : 'cross_site';
  return ({ name, method, isOpen }: Endpoint, answer: Answer) => {
    const what = `${method} ${name}`;
    if (isOpen) expect(answer.code, what).not.toBe(code);
    else expect(answer, what).toMatchObject({ status, code });
    if (name === 'health') expect(answer.status).toBe(200);
  };
};

const expectLetIn = ({ name }: Endpoint, { status, code }: Answer) => {
  expect(code, name).not.toBe('key_required');
  expect(code, name).not.toBe('cross_site');
  if (!name.startsWith('webhooks-')) expect([401, 403], name).not.toContain(status);
};

async function expectNothingDone() {
  expect(await host.get('api/v1/triggers/t')).toMatchObject({ status: 'active' });
  expect(await host.events()).toEqual([]);
}

describe('without a key', () => {
  it('is refused everywhere who comes through a proxy, webhooks and probes excepted', async () => {
    const ways: readonly PassOn[] = [
      // A tunnel that keeps the public name.
      (headers) => ({ ...headers, host: 'hooks.example' }),
      // A tunnel that rewrites it tells by its headers.
      (headers, { host }) => ({ ...headers, host, 'x-forwarded-for': '203.0.113.7' }),
      (headers, { host }) => ({ ...headers, host, forwarded: 'for=203.0.113.7' }),
      (headers, { host }) => ({ ...headers, host, 'cf-connecting-ip': '203.0.113.7' }),
      (headers) => ({ ...headers, host: 'localhost', via: '1.1 tunnel' }),
    ];
    for (const passOn of ways) {
      const port = await startProxy(new URL(host.process.url), passOn);
      await askAll(`http://127.0.0.1:${port}`, {}, expectRefused(401));
    }
    await expectNothingDone();
  });

  it.each<[string, Sent]>([
    ['a Host that resolves here (DNS rebinding)', { headers: { host: 'rebound.example:7071' } }],
    ['a proxy’s header', { headers: { 'x-forwarded-host': 'localhost' } }],
    ['a proxy’s header and a wrong key', { headers: { via: '1', 'x-functions-key': 'wrong' } }],
  ])('is refused everywhere who sends %s', async (_, sent) => {
    await askAll(host.process.url, sent, expectRefused(401));
    await expectNothingDone();
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site, by its Origin alone', { origin: 'https://evil.example' }],
    ['another site, by its kind alone', { 'sec-fetch-site': 'cross-site' }],
    ['another port', { origin: 'http://127.0.0.1:5173', 'sec-fetch-site': 'same-site' }],
    ['no origin', { origin: 'null' }],
  ])('is refused everywhere a page of %s', async (_, headers) => {
    await askAll(host.process.url, { headers }, expectRefused(403));
    await expectNothingDone();
  });

  it.skipIf(outside === undefined)(
    'is refused everywhere who comes from another address and says localhost',
    async () => {
      const sent = { localAddress: outside ?? '', headers: { host: 'localhost' } };
      await askAll(host.process.url, sent, expectRefused(401));
      await expectNothingDone();
    },
  );

  it('is let in who works on this machine, and a page of this host', async () => {
    const { port } = new URL(host.process.url);
    const own: readonly Sent[] = [
      {},
      { headers: { host: `localhost:${port}` } },
      { headers: { 'x-functions-key': 'of another host' } },
      { headers: { origin: host.process.url, 'sec-fetch-site': 'same-origin' } },
    ];
    for (const sent of own) await askAll(host.process.url, sent, expectLetIn);
  });

  it('is told at the host, once, why', async () => {
    const url = new URL('/api/v1/events', host.process.url);
    for (let count = 0; count < 2; count++) await send(url, 'GET', { headers: { via: '1' } });
    await host.process.waitFor(/Answered 401\..*via says.*Start it with --enableAuth/);
    expect(host.process.output().match(/via says/g)).toHaveLength(1);
  });
});

describe('a parameter that every object has by birth', () => {
  it('is 400 at every route of the API', async () => {
    for (const { method, name, path, isAdmin } of endpoints) {
      if (isAdmin || !(path.startsWith('/api/') || name === 'health')) continue;
      for (const query of ['?__proto__=1', '?%5F_proto__=1', '?constructor=1', '?prototype=1']) {
        const answer = await send(new URL(path + query, host.process.url), method);
        expect(answer, name + query).toMatchObject({ status: 400, code: 'query_invalid' });
      }
    }
  });
});

describe.each([
  ['that was started with --enableAuth', ['--enableAuth']],
  ['that listens on more than this machine', ['--address', '0.0.0.0']],
])('a host %s', (_, args) => {
  it('asks everybody for a key: the host key, and for the admin API the master key', async () => {
    const guarded = await HeddleHost.start(prepareHeddle({ triggers: TRIGGERS, args }));
    const { process } = guarded;
    const [, hostKey = ''] = await process.waitFor(/^Host key: (\S+)$/m);
    const [, master = ''] = await process.waitFor(/^Master key: (\S+)$/m);
    const url = process.url.replace('0.0.0.0', '127.0.0.1');
    const withKey = (key: string) => ({ headers: { 'x-functions-key': key } });
    const expect401 = ({ name, isOpen }: Endpoint, { status, code }: Answer) => {
      if (!isOpen) expect(status, name).toBe(401);
      else expect(code, name).not.toBe('key_required');
    };
    for (const key of ['', 'wrong', hostKey.slice(1), `${hostKey}x`]) {
      await askAll(url, withKey(key), expect401);
    }
    await askAll(url, {}, expect401);
    await askAll(url, withKey(hostKey), (endpoint, answer) => {
      if (endpoint.isAdmin) expect(answer.status).toBe(401);
      else expectLetIn(endpoint, answer);
    });
    await askAll(url, withKey(master), expectLetIn);
    const passOn: PassOn = (headers) => ({ ...headers, host: 'a.example', via: '1.1 tunnel' });
    const port = await startProxy(new URL(url), passOn);
    await askAll(`http://127.0.0.1:${port}`, withKey(master), expectLetIn);
    await process.stop();
  });
});
