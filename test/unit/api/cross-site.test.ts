import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseCrossSite } from '../../../shared/heddle/api/request/cross-site.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';

type Sent = Readonly<Record<string, string>>;

function isRefused(headers: Sent, method = 'POST'): boolean {
  try {
    refuseCrossSite({ method, headers: new Headers(headers) });
    return false;
  } catch (error) {
    expect(error).toMatchObject({ status: 403, code: 'cross_site' });
    return true;
  }
}

const host = 'localhost:7071';

describe('an unsafe request', () => {
  it.each<[string, Sent]>([
    ['a program sends', { host }],
    ['a page of this host sends', { host, origin: 'http://localhost:7071' }],
    [
      'says same-origin',
      { host, origin: 'http://localhost:7071', 'sec-fetch-site': 'same-origin' },
    ],
    ['says same-origin without an Origin', { host, 'sec-fetch-site': 'same-origin' }],
    ['a person makes by hand', { host, 'sec-fetch-site': 'none' }],
    [
      'says same-site with an Origin that is ours',
      {
        ...{ host, origin: 'http://localhost:7071', 'sec-fetch-site': 'same-site' },
      },
    ],
    [
      'comes over TLS that ends before the host',
      { host: 'a.example', origin: 'https://a.example' },
    ],
    ['names the default port', { host: 'a.example:443', origin: 'https://a.example' }],
    ['spells its host in capitals', { host: 'A.Example', origin: 'https://a.example' }],
  ])('passes that %s', (_, headers) => {
    expect(isRefused(headers)).toBe(false);
  });

  it.each<[string, Sent]>([
    ['of a foreign page', { host, origin: 'https://evil.example' }],
    ['of a foreign page that says no more than that', { host, 'sec-fetch-site': 'cross-site' }],
    ['that says cross-site in capitals', { host, 'sec-fetch-site': 'Cross-Site' }],
    ['of another port of this machine', { host, origin: 'http://localhost:5173' }],
    ['of the same site without an Origin', { host, 'sec-fetch-site': 'same-site' }],
    [
      'of another app of the domain',
      {
        ...{ host: 'a.example', origin: 'https://b.example', 'sec-fetch-site': 'same-site' },
      },
    ],
    ['of a sandboxed page', { host, origin: 'null' }],
    ['with an Origin that is none', { host, origin: 'localhost:7071' }],
    ['with an empty Origin', { host, origin: '' }],
    ['with two Origins', { host, origin: 'http://localhost:7071,https://evil.example' }],
    ['of an extension', { host: 'abc', origin: 'chrome-extension://abc' }],
    ['with an Origin and no Host', { origin: 'http://localhost:7071' }],
    ['with a host that begins as ours', { host, origin: 'http://localhost:70711' }],
    ['with a value that nobody knows', { host, 'sec-fetch-site': 'elsewhere' }],
    [
      'whose host only a proxy claims',
      {
        ...{ host, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
      },
    ],
  ])('is refused %s', (_, headers) => {
    expect(isRefused(headers)).toBe(true);
    expect(isRefused(headers, 'delete')).toBe(true);
  });

  it('with any other Origin is refused, and nothing else is thrown', () => {
    const origin = fc.oneof(fc.webUrl(), fc.string(), fc.constant('null'));
    const site = fc.option(fc.oneof(fc.string(), fc.constantFrom('none', 'same-origin')));
    fc.assert(
      fc.property(origin, site, (origin, site) => {
        const sent: Readonly<Record<string, string | null>> = {
          ...{ host, origin, 'sec-fetch-site': site },
        };
        const get = (name: string) => sent[name] ?? null;
        expect(() => refuseCrossSite({ method: 'POST', headers: { get } })).toThrow(RejectedError);
      }),
    );
  });
});

it.each(['GET', 'HEAD', 'OPTIONS', 'get'])('a %s of a foreign page passes', (method) => {
  expect(isRefused({ host, origin: 'https://evil.example' }, method)).toBe(false);
});
