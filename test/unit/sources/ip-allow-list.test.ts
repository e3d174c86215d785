import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { github } from '../../../shared/heddle/sources/github/github.ts';
import { createIpAllowList } from '../../../shared/heddle/sources/ip-allow-list.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { createRequest } from '../../helpers/sources.ts';

const ALLOW = ['203.0.113.0/24', '2001:db8::/32', '198.51.100.7'];

/** The response's status, or 0 for an allowed address. */
function toStatus(forwardedFor: string | undefined, allow = ALLOW, trustedProxyHops = 1): number {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  try {
    createIpAllowList({ allow, trustedProxyHops })(createRequest({ headers }));
    return 0;
  } catch (error) {
    expect(error).toBeInstanceOf(RejectedError);
    expect(error).toHaveProperty('code', 'address_refused');
    return (error as RejectedError).status;
  }
}

describe('an address on the list', () => {
  it.each([
    '203.0.113.9',
    '203.0.113.9:51234',
    ' 203.0.113.9 ',
    '198.51.100.7',
    '2001:db8::1',
    '[2001:db8::1]',
    '[2001:DB8::1]:443',
    '::ffff:203.0.113.9',
    '::ffff:cb00:7109',
    '0:0:0:0:0:FFFF:cb00:7109',
    '[::ffff:203.0.113.9]:443',
    '192.0.2.1, 203.0.113.9:5000',
  ])('is let through as %j', (text) => {
    expect(toStatus(text)).toBe(0);
  });
});

describe('what is not provably on the list', () => {
  it.each([
    undefined,
    '',
    ',',
    'unknown, <script>',
    '203.0.114.1',
    '198.51.100.8',
    '2001:db9::1',
    '203.0.113.9, 192.0.2.1:5000',
    '203.0.113.9,',
    '203.0.113.9, unknown',
    '203.0.113.9:',
    '203.0.113.9:x',
    '[203.0.113.9]:80',
    '[2001:db8::1',
    '2001:db8::1]:443',
    '2001:db8::1%eth0',
    '203.0.113',
    '203.0.113.009',
    '0xcb007109',
    '203.0.113.9/24',
    '::203.0.113.9',
    '203.0.113.9 203.0.113.9',
  ])('is refused with 403: %j', (text) => {
    expect(toStatus(text)).toBe(403);
  });
});

describe('with several proxies', () => {
  it.each([
    ['203.0.113.9, 10.0.0.1', 0],
    ['192.0.2.1, 203.0.113.9, 10.0.0.1', 0],
    ['203.0.113.9, 192.0.2.1, 10.0.0.1', 403],
    ['203.0.113.9', 403],
  ])('the entry of the outermost counts: %j → %d', (text, status) => {
    expect(toStatus(text, ALLOW, 2)).toBe(status);
  });
});

describe('ranges', () => {
  it('of one family do not let the other one through', () => {
    expect(toStatus('203.0.113.9', ['::/0'])).toBe(403);
    expect(toStatus('::ffff:203.0.113.9', ['::/0'])).toBe(403);
    expect(toStatus('2001:db8::1', ['::/0'])).toBe(0);
    expect(toStatus('2001:db8::1', ['0.0.0.0/0'])).toBe(403);
  });

  it('may be written as mapped ones', () => {
    expect(toStatus('203.0.113.9', ['::ffff:203.0.113.0/120'])).toBe(0);
    expect(toStatus('203.0.114.9', ['::ffff:203.0.113.0/120'])).toBe(403);
    expect(toStatus('203.0.113.9', ['::ffff:203.0.113.9'])).toBe(0);
  });

  it('agree with BlockList, whatever the address', () => {
    const oracle = new BlockList();
    oracle.addSubnet('203.0.113.0', 24, 'ipv4');
    oracle.addSubnet('2001:db8::', 32, 'ipv6');
    oracle.addAddress('198.51.100.7', 'ipv4');
    const near = fc.nat(255).map((last) => `203.0.113.${last}`);
    const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6(), near);
    fc.assert(
      fc.property(anyAddress, (address) => {
        const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
        expect(toStatus(address) === 0).toBe(oracle.check(address, family));
      }),
      { numRuns: 2000 },
    );
  });

  it('never make any text throw anything but RejectedError', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'0123456789abcf:.[]%, ') }),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 3 }), (value, hops) => {
        expect([0, 403]).toContain(toStatus(value, ALLOW, hops));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a list with a fault', () => {
  it.each([
    '203.0.113.0/33',
    '2001:db8::/129',
    '203.0.113',
    'acme.example',
    '',
    '1.2.3.4/',
    '1.2.3.4/08',
    '::ffff:0:0/95',
    '203.0.113.9:80',
  ])('is refused for %j when the triggers file is loaded, and never used', (entry) => {
    const yaml = `sources:\n  github:\n    ipAllowList: { allow: ['203.0.113.0/24', '${entry}'] }`;
    const { faults } = loadSources(readYaml(yaml), [github]);
    expect(faults.map(({ message }) => message)).toEqual([
      expect.stringContaining(`ipAllowList.allow.1: "${entry}" is no address and no CIDR range`),
    ]);
    expect(() => createIpAllowList({ allow: [entry], trustedProxyHops: 1 })).toThrow(ConfigError);
  });

  it('is refused when it is empty', () => {
    const { faults } = loadSources(
      readYaml('sources: { github: { ipAllowList: { allow: [] } } }'),
      [github],
    );
    expect(faults).toHaveLength(1);
  });
});
