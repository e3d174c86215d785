import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RejectedError, RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { TenantKeys } from '../../../shared/heddle/sources/entra/tenant-keys.ts';
import { createTokenCheck } from '../../../shared/heddle/sources/entra/token-check.ts';
import {
  AUDIENCE,
  type Authority,
  createKey,
  IDENTITY,
  NOW,
  type SigningKey,
  startAuthority,
  toJwk,
} from '../../helpers/entra-authority.ts';
import { createRequest } from '../../helpers/sources.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

let authority: Authority;
beforeAll(async () => {
  authority = await startAuthority();
});
afterAll(() => authority[Symbol.asyncDispose]());

let fetches = 0;
beforeEach(() => {
  authority.answer = authority.keys;
  fetches = authority.asked.length;
});
const countFetches = () => authority.asked.length - fetches;

/** A check whose tokens are sent at times of the test's own. */
function createScene() {
  const { senders, fetchText } = authority;
  const auth = { kind: 'entra', audience: AUDIENCE, oid: IDENTITY } as const;
  const check = createTokenCheck(auth, { name: 'hooks', senders, fetchText });
  return async (key: SigningKey, now = NOW): Promise<number> => {
    const token = await authority.sign(authority.claims({}, now), key);
    const headers = { authorization: `Bearer ${token}` };
    try {
      await check.verify(createRequest({ headers, receivedAt: now }));
      return 200;
    } catch (error) {
      if (error instanceof RejectedError) return error.status;
      if (error instanceof RetryableError) return 503;
      throw error;
    }
  };
}

const down: Authority['answer'] = (response) => void response.writeHead(503).end();

describe('unknown key ids', () => {
  it('lead to one fetch in half a minute, however many come at once', async () => {
    const send = createScene();
    const forgers = Array.from({ length: 20 }, (_, index) => ({
      ...createForger(),
      kid: `forged-${index}`,
    }));
    const sendAll = (now: number) => Promise.all(forgers.map((key) => send(key, now)));
    expect(new Set(await sendAll(NOW))).toEqual(new Set([401]));
    expect(countFetches()).toBe(1);
    for (let at = 1; at < 30; at += 4) await sendAll(NOW + at * SECOND);
    expect(countFetches()).toBe(1);
    await sendAll(NOW + 30 * SECOND);
    await sendAll(NOW + 31 * SECOND);
    expect(countFetches()).toBe(2);
    expect(await send(authority.keys[0], NOW + 31 * SECOND)).toBe(200);
    expect(countFetches()).toBe(2);
  });

  it('of requests that overtake each other lead to no second fetch', async () => {
    const send = createScene();
    expect(await send(createForger(), NOW)).toBe(401);
    expect(await send(createForger(), NOW - 5 * SECOND)).toBe(401);
    expect(countFetches()).toBe(1);
  });

  it('are judged by nobody while the keys cannot be fetched, without a storm either', async () => {
    authority.answer = down;
    const send = createScene();
    const forger = createForger();
    const sent = await Promise.all(Array.from({ length: 20 }, () => send(forger)));
    expect(new Set(sent)).toEqual(new Set([503]));
    for (let at = 1; at < 30; at += 4) expect(await send(forger, NOW + at * SECOND)).toBe(503);
    expect(countFetches()).toBe(1);
  });
});

describe('keys', () => {
  it('that were rotated are found with the next fetch', async () => {
    const send = createScene();
    const [first, second] = authority.keys;
    authority.answer = [first];
    expect(await send(first)).toBe(200);
    authority.answer = [second];
    expect(await send(second, NOW + 10 * SECOND)).toBe(401);
    expect(await send(second, NOW + 31 * SECOND)).toBe(200);
    expect(await send(first, NOW + 32 * SECOND)).toBe(401);
  });

  it('are used while the authority is down, for a day at most, and once it is back', async () => {
    const send = createScene();
    const [first] = authority.keys;
    expect(await send(first)).toBe(200);
    authority.answer = down;
    expect(await send(first, NOW + 2 * HOUR)).toBe(200);
    await expect.poll(countFetches).toBe(2);
    expect(await send(first, NOW + 23 * HOUR)).toBe(200);
    expect(await send(first, NOW + 25 * HOUR)).toBe(503);
    authority.answer = authority.keys;
    expect(await send(first, NOW + 25 * HOUR + 31 * SECOND)).toBe(200);
  });

  it('are fetched anew after an hour, without a request that waits for it', async () => {
    const send = createScene();
    const [first] = authority.keys;
    expect(await send(first)).toBe(200);
    expect(await send(first, NOW + HOUR - SECOND)).toBe(200);
    expect(countFetches()).toBe(1);
    // It never answers: only a request that does not wait gets through.
    authority.answer = () => {};
    expect(await send(first, NOW + HOUR + SECOND)).toBe(200);
    await expect.poll(countFetches).toBe(2);
  });

  it('are fetched within bounds of size and time', async () => {
    const text = JSON.stringify({ keys: authority.keys.map(toJwk) });
    const limits: object[] = [];
    const keys = new TenantKeys('https://login.example.com/keys', async (_url, given) => {
      limits.push(given);
      return text;
    });
    expect(await keys.find('key-1', NOW)).toBeDefined();
    expect(limits).toEqual([{ maxBytes: 512 * 1024, timeoutMs: 5000 }]);
  });

  it.each<[string, Authority['answer']]>([
    ['an error', down],
    ['a connection that breaks', (response) => void response.destroy()],
    ['no JSON', (response) => void response.end('<html>')],
    ['no keys', (response) => void response.end('{"keys":[]}')],
    ['no list', (response) => void response.end('{"keys":{}}')],
    ['a list of nothing', (response) => void response.end('{"keys":[null,1,"x",[]]}')],
    ['a redirect', (response) => void response.writeHead(302, { location: '/other' }).end()],
    ['a flood', (response) => void response.end(`{"keys":[${'0,'.repeat(400_000)}0]}`)],
  ])(
    'of an authority that answers with %s are unknown, so the sender comes again',
    async (...[, answer]) => {
      authority.answer = answer;
      const send = createScene();
      expect(await send(authority.keys[0])).toBe(503);
      authority.answer = authority.keys;
      expect(await send(authority.keys[0], NOW + 31 * SECOND)).toBe(200);
    },
  );

  it('that are short, of another kind or for another purpose prove nothing', async () => {
    const [good] = authority.keys;
    const short = createKey('short', 1024);
    const send = createScene();
    const answer = [
      toJwk(good),
      toJwk(short),
      { ...toJwk(createKey('enc')), use: 'enc' },
      { kty: 'oct', kid: 'oct', k: 'AAAA' },
      { kty: 'RSA', kid: 'broken', n: '!', e: 'AQAB' },
      { ...toJwk(createKey('x')), kid: undefined },
    ];
    authority.answer = (response) => void response.end(JSON.stringify({ keys: answer }));
    expect(await send(good)).toBe(200);
    for (const kid of ['enc', 'oct', 'broken', 'x']) {
      expect(await send({ ...createForger(), kid }), kid).toBe(401);
    }
    const keys = new TenantKeys(`${authority.host}/keys`, authority.fetchText);
    expect(await keys.find('short', NOW)).toBeUndefined();
  });
});

describe('a token that is wrong without regard to its signature', () => {
  it('is refused while the authority is down, and asks it nothing', async () => {
    authority.answer = down;
    const { senders, fetchText } = authority;
    const auth = { kind: 'entra', audience: 'api://other', oid: IDENTITY } as const;
    const check = createTokenCheck(auth, { name: 'hooks', senders, fetchText });
    const headers = { authorization: `Bearer ${await authority.sign()}` };
    const request = createRequest({ headers, receivedAt: NOW });
    await expect(check.verify(request)).rejects.toMatchObject({ status: 401 });
    expect(countFetches()).toBe(0);
  });
});

const forger = createKey('forged');
const createForger = (): SigningKey => forger;
