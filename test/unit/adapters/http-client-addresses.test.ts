import type { LookupAddress } from 'node:dns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressGuard } from '../../../shared/heddle/adapters/http/address-guard.ts';
import { createHttpClient } from '../../../shared/heddle/adapters/http/http-client.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';

const request = { method: 'GET', timeoutMs: 5000, maxBytes: 100 };

/** Fails on any lookup: no request may get that far. */
const strict = createHttpClient({
  allow: [],
  lookup: (host) => {
    throw new Error(`${host} was looked up`);
  },
});
/** Resolves every name to the given addresses. */
const resolving = (addresses: readonly string[], allow: readonly string[] = []) =>
  createHttpClient({
    allow,
    lookup: (_, callback) => callback(null, addresses.map(toLookupAddress)),
  });
const toLookupAddress = (address: string): LookupAddress => ({
  address,
  family: address.includes(':') ? 6 : 4,
});
const forbidden = { name: 'TerminalError', code: 'address_forbidden' };

const FORBIDDEN_V4 = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.100.100.200', '127.0.0.1'],
  ...['127.255.255.254', '168.63.129.16', '169.254.169.254', '169.254.170.2', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.192', '192.168.1.1', '198.18.0.1', '224.0.0.1', '240.0.0.1'],
  '255.255.255.255',
];
const FORBIDDEN_V6 = [
  ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::ffff:0:a00:1'],
  ...['64:ff9b::169.254.169.254', '64:ff9b:1::a00:1', '100::1', 'fc00::1', 'fd00:ec2::254'],
  ...['fe80::1', 'fec0::1', 'ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::1', '3fff::1'],
];

describe('an address in the URL', () => {
  it.each(FORBIDDEN_V4)('%s is refused', async (address) => {
    await expect(strict.send({ ...request, url: `http://${address}/` })).rejects.toMatchObject(
      forbidden,
    );
  });

  it.each(FORBIDDEN_V6)('[%s] is refused', async (address) => {
    await expect(strict.send({ ...request, url: `http://[${address}]/` })).rejects.toMatchObject(
      forbidden,
    );
  });

  it.each([
    ...['2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.1', '127.0.1', '127.0.0.1.'],
    ...['１２７.0.0.1', '%31%32%37.0.0.1', '127。0。0。1', '[0:0:0:0:0:ffff:7f00:1]'],
    ...[
      '[::FFFF:169.254.169.254]',
      'LOCALHOST',
      'localhost.',
      'db.localhost',
      'metadata.google.internal',
    ],
    ...['instance-data', 'metadata.goog.', 'ⓛocalhost'],
  ])('%s is refused, however it is written', async (host) => {
    await expect(strict.send({ ...request, url: `https://${host}:8443/` })).rejects.toMatchObject(
      forbidden,
    );
  });

  it('is refused in whatever notation', () => {
    const guard = createAddressGuard([]);
    const part = fc.constantFrom(10, 16, 8).map((radix) => (value: number) => {
      if (radix === 10) return String(value);
      return radix === 16 ? `0x${value.toString(16)}` : `0${value.toString(8)}`;
    });
    const octets = fc.constantFrom(...FORBIDDEN_V4).map((text) => text.split('.').map(Number));
    fc.assert(
      fc.property(
        octets,
        fc.array(part, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (bytes, writers, count) => {
          const last = bytes.slice(count - 1).reduce((sum, byte) => sum * 256 + byte, 0);
          const numbers = [...bytes.slice(0, count - 1), last];
          const { hostname } = new URL(
            `http://${numbers.map((n, i) => writers[i]?.(n)).join('.')}`,
          );
          expect(guard.isNameAllowed(hostname)).toBe(false);
        },
      ),
    );
  });

  it('is refused when an IPv6 address carries it', () => {
    const guard = createAddressGuard([]);
    const prefixes = ['::', '::ffff:', '::ffff:0:', '64:ff9b::'];
    fc.assert(
      fc.property(fc.constantFrom(...prefixes), fc.ipV4(), (prefix, address) => {
        const { hostname } = new URL(`http://[${prefix}${address}]`);
        expect(guard.isNameAllowed(hostname)).toBe(false);
        expect(guard.isAddressAllowed(`${prefix}${address}`, 'example.com')).toBe(false);
      }),
    );
  });

  it('is let through where it is public', () => {
    const guard = createAddressGuard([]);
    for (const host of [
      '8.8.8.8',
      '172.32.0.1',
      '100.128.0.1',
      '[2606:4700::1111]',
      'example.com',
    ]) {
      expect(guard.isNameAllowed(host)).toBe(true);
    }
  });
});

describe('the addresses of a name', () => {
  it.each([...FORBIDDEN_V4, ...FORBIDDEN_V6, 'fe80::1%eth0', 'no address'])(
    '%s forbids the name',
    async (address) => {
      const client = resolving([address]);
      await expect(
        client.send({ ...request, url: 'http://rebound.example/' }),
      ).rejects.toMatchObject({
        ...forbidden,
        message: expect.stringMatching(/^rebound\.example is an address .*HEDDLE_HTTP_ALLOW$/),
      });
    },
  );

  it('forbid the name when one of several is private', async () => {
    const client = resolving(['8.8.8.8', '10.0.0.1']);
    await expect(client.send({ ...request, url: 'https://mixed.example/' })).rejects.toMatchObject(
      forbidden,
    );
  });

  it('are none: that is worth trying again', async () => {
    await expect(
      resolving([]).send({ ...request, url: 'http://none.example/' }),
    ).rejects.toMatchObject({
      name: 'RetryableError',
      code: 'http_no_answer',
    });
  });
});

describe('what is allowed', () => {
  const guard = createAddressGuard([
    ...[
      'orders.internal',
      '*.Corp.Example',
      '10.1.0.0/16',
      '192.168.1.7',
      'fd12::/16',
      ' ',
      'localhost',
    ],
  ]);

  it.each([
    ['orders.internal', '10.9.9.9', true],
    ['ORDERS.internal.', '10.9.9.9', true],
    ['other.internal', '10.9.9.9', false],
    ['a.orders.internal', '10.9.9.9', false],
    ['a.b.corp.example', '172.16.0.1', true],
    ['corp.example', '172.16.0.1', false],
    ['evilcorp.example', '172.16.0.1', false],
    ['any.example', '10.1.255.255', true],
    ['any.example', '10.2.0.0', false],
    ['any.example', '192.168.1.7', true],
    ['any.example', '192.168.1.8', false],
    ['any.example', 'fd12:3::1', true],
    ['any.example', '::ffff:10.1.0.1', false],
    ['localhost', '::1', true],
  ])('%s at %s: %s', (host, address, expected) => {
    expect(guard.isAddressAllowed(address, host)).toBe(expected);
  });

  it.each([
    ...['169.254.169.254', '168.63.129.16', 'fd00:ec2::254', '::ffff:169.254.169.254'],
    ...['64:ff9b::a9fe:a9fe', 'fe80::1', 'fe80::1%eth0', ''],
  ])('a name does not open %s', (address) => {
    expect(guard.isAddressAllowed(address, 'orders.internal')).toBe(false);
  });

  it('a range opens what it says', () => {
    const open = createAddressGuard(['169.254.169.254/32']);
    expect(open.isNameAllowed('169.254.169.254')).toBe(true);
    expect(open.isNameAllowed('169.254.169.253')).toBe(false);
    expect(createAddressGuard(['::/0']).isNameAllowed('127.0.0.1')).toBe(false);
    expect(createAddressGuard(['0.0.0.0/0']).isNameAllowed('[::1]')).toBe(false);
  });

  it.each([
    ...[
      '10.0.0.0/33',
      '10.0.0',
      '*',
      '*.',
      'a.*.b',
      'https://a.example',
      'a.example:443',
      '10.0.0.0/8/8',
    ],
    ...['fe80::1%eth0', '::/129', '-a.example', 'a..b', '10.0.0.0/', 'a b'],
  ])('"%s" is refused at the start', (entry) => {
    expect(() => createHttpClient({ allow: ['ok.example', entry] })).toThrow(ConfigError);
    expect(() => createHttpClient({ allow: [entry] })).toThrow(`"${entry}" is no host`);
  });
});
