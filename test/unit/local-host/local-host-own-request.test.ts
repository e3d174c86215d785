import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, isLoopbackHost } from '../../../infra/local/http/loopback.ts';
import { findForeign } from '../../../infra/local/http/own-request.ts';
import { refuseStranger } from '../../../shared/heddle/api/request/stranger.ts';

type Sent = Readonly<Record<string, string>>;

interface Asked {
  readonly from?: string;
  readonly url?: string;
  readonly cors?: readonly string[];
}

function find(headers: Sent, { from = '127.0.0.1', url = '/', cors = [] }: Asked = {}) {
  const rawHeaders = Object.entries(headers).flat();
  return findForeign({ headers, rawHeaders, url, socket: { remoteAddress: from } }, cors)?.status;
}

const host = 'localhost:7071';

describe('the other end of a socket', () => {
  it.each(['127.0.0.1', '127.9.8.7', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    '%s is this machine',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(true);
      expect(find({ host }, { from: address })).toBeUndefined();
    },
  );

  it.each(['', '10.0.0.1', '::ffff:10.0.0.1', '128.0.0.1', '::', '0.0.0.0', 'fe80::1', '127.1'])(
    '%j is not',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
      expect(find({ host }, { from: address })).toBe(401);
    },
  );
});

describe('a Host', () => {
  it.each([
    ...['localhost', 'localhost:7071', 'LocalHost', 'app.localhost:80', '127.0.0.1:7071'],
    ...['[::1]:7071', '[::1]', '127.255.0.1', '[::ffff:127.0.0.1]:1'],
  ])('%s names this machine', (name) => {
    expect(isLoopbackHost(name)).toBe(true);
  });

  it.each([
    ...['', ' ', 'evil.example', 'evil.example:7071', 'localhost.evil.example', 'notlocalhost'],
    ...['localhost@evil.example', 'evil.example#localhost', 'localhost:7071:80', '0.0.0.0'],
    ...['10.0.0.1:7071', '[::2]', '[fe80::1]:80', '::1', 'localhost,evil.example', '2130706433'],
    ...['localhost:', 'localhost/', 'abc.ngrok-free.app', '127.0.0.1.evil.example', '127.1'],
  ])('%j does not', (name) => {
    expect(isLoopbackHost(name)).toBe(false);
    expect(find({ host: name })).toBe(401);
  });

  it('has to come, and once', () => {
    expect(find({})).toBe(401);
    const rawHeaders = ['Host', host, 'Host', 'evil.example'];
    const socket = { remoteAddress: '127.0.0.1' };
    expect(findForeign({ headers: { host }, rawHeaders, url: '/', socket }, [])?.status).toBe(401);
  });

  it('counts with the name in the request line, where one is written there', () => {
    expect(find({ host }, { url: `http://${host}/api` })).toBeUndefined();
    expect(find({ host }, { url: 'http://evil.example/api' })).toBe(401);
    expect(find({ host }, { url: 'evil.example:80' })).toBe(401);
  });
});

describe('a request that a proxy or tunnel has passed on', () => {
  it.each([
    ...['Forwarded', 'X-Forwarded-For', 'x-forwarded-host', 'X-Forwarded-Proto', 'X-Forwarded'],
    ...['X-Original-Host', 'X-Real-IP', 'Via', 'CF-Connecting-IP', 'cf-ray', 'CDN-Loop'],
    ...[
      'True-Client-IP',
      'X-Client-IP',
      'Ngrok-Agent-Ips',
      'Tailscale-User-Login',
      'Fly-Client-IP',
    ],
    ...['X-Envoy-External-Address', 'X-Azure-ClientIP', 'X-ARR-LOG-ID', 'X-Amzn-Trace-Id'],
    ...['X-Vercel-Forwarded-For', 'X-Nf-Client-Connection-Ip', 'X-Tunnel-Id', 'X-Remote-Addr'],
  ])('says so by %s', (name) => {
    expect(find({ host, [name]: '' })).toBe(401);
  });

  it.each([
    ...['user-agent', 'accept', 'x-functions-key', 'traceparent', 'ngrok-skip-browser-warning'],
    ...['x-github-event', 'x-ms-client-request-id', 'x-requested-with', 'idempotency-key'],
  ])('is not known by %s, which programs send', (name) => {
    expect(find({ host, [name]: 'a' })).toBeUndefined();
  });
});

describe('a page', () => {
  const origin = `http://${host}`;

  it.each<[string, Sent]>([
    ['of this host', { host, origin }],
    ['of this host that says so', { host, origin, 'sec-fetch-site': 'same-origin' }],
    ['of this host behind a subdomain', { host, origin, 'sec-fetch-site': 'same-site' }],
    ['that a person opens', { host, 'sec-fetch-site': 'none' }],
    ['of this host on the default port', { host: 'localhost', origin: 'http://localhost:80' }],
  ])('%s is let in', (_, headers) => {
    expect(find(headers)).toBeUndefined();
  });

  it.each<[string, Sent]>([
    ['of another host', { host, origin: 'https://evil.example' }],
    ['of another port', { host, origin: 'http://localhost:5173' }],
    ['of another name of this machine', { host, origin: 'http://127.0.0.1:7071' }],
    ['that shows no origin', { host, origin: 'null' }],
    ['with an empty origin', { host, origin: '' }],
    ['of an app', { host: 'localhost', origin: 'tauri://localhost' }],
    ['of another site without an origin', { host, 'sec-fetch-site': 'cross-site' }],
    ['of another port without an origin', { host, 'sec-fetch-site': 'same-site' }],
    ['of this host whose browser says otherwise', { host, origin, 'sec-fetch-site': 'cross-site' }],
    ['with a word that nobody knows', { host, 'sec-fetch-site': 'elsewhere' }],
  ])('%s is not', (_, headers) => {
    expect(find(headers)).toBe(403);
  });

  it('of an origin that the settings allow by name is let in, and * names none', () => {
    const sent = { host, origin: 'HTTP://localhost:5173', 'sec-fetch-site': 'same-site' };
    expect(find(sent, { cors: ['http://localhost:5173'] })).toBeUndefined();
    expect(find(sent, { cors: ['*'] })).toBe(403);
    expect(find({ ...sent, host: 'evil.example' }, { cors: ['http://localhost:5173'] })).toBe(401);
  });
});

describe('the app itself, for a host that lets in everybody', () => {
  const isRefused = (headers: Sent, query = '') => {
    try {
      refuseStranger({ headers: new Headers(headers), query: new URLSearchParams(query) });
      return false;
    } catch (error) {
      expect(error).toMatchObject({ status: 401, code: 'key_required' });
      return true;
    }
  };

  it.each<Sent>([
    { host },
    { host: '127.0.0.1:7071' },
    { host: '[::1]:7071' },
    { host: 'a.localhost' },
  ])('lets in %j', (headers) => {
    expect(isRefused(headers)).toBe(false);
  });

  it.each<Sent>([
    {},
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { host, 'x-forwarded-for': '203.0.113.7' },
    { host, forwarded: 'for=203.0.113.7' },
    { host, 'x-real-ip': '203.0.113.7' },
    { host, via: '1.1 proxy' },
  ])('refuses %j without a key', (headers) => {
    expect(isRefused(headers)).toBe(true);
    expect(isRefused({ ...headers, 'x-functions-key': 'k' })).toBe(false);
    expect(isRefused(headers, 'code=k')).toBe(false);
    expect(isRefused(headers, 'Code=k')).toBe(false);
  });
});
