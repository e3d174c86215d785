import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { ConfigError } from '../../errors/errors.ts';

/**
 * IPv4 ranges that are not on the public internet.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const PRIVATE_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // The platform address of Azure:
  // https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  '168.63.129.16/32',
];

/**
 * The only IPv6 block with public addresses. It excludes loopback, ULA, link-local, multicast and
 * every way to write an IPv4 address: mapped, compatible, translated and NAT64.
 * @see https://www.iana.org/assignments/ipv6-unicast-address-assignments
 */
const PUBLIC_IPV6 = ['2000::/3'];
/**
 * Ranges of the public block that are not public: Teredo and other protocol ranges, documentation,
 * 6to4.
 */
const PRIVATE_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Names of this machine and of cloud metadata services. */
const PRIVATE_NAMES = [
  ...['localhost', '*.localhost', 'metadata', 'metadata.goog', '*.internal'],
  ...['instance-data', 'metadata.azure.com'],
];

/**
 * Addresses from which clouds hand out credentials. An allowed name does not open them, only an
 * allowed range does.
 */
const METADATA_IPV4 = ['169.254.0.0/16', '168.63.129.16/32', '100.100.100.200/32'];
const METADATA_IPV6 = [
  ...['fd00:ec2::254/128', 'fe80::/10'],
  // These ranges can embed any of the addresses above.
  ...['::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16'],
];

type Family = 'ipv4' | 'ipv6';

/** One list per family: a combined list would match `::/0` against every IPv4 address too. */
type Ranges = Readonly<Record<Family, BlockList>>;

export interface AddressGuard {
  /**
   * Whether the host name of a URL may be resolved or called; an IPv6 address may have its
   * brackets.
   */
  isNameAllowed(host: string): boolean;
  /** Whether a connection may be made to an address that the host resolved to. */
  isAddressAllowed(address: string, host: string): boolean;
  /** Whether an exception names the host of a URL, as a name or an address. */
  isListed(host: string): boolean;
}

/**
 * Tells addresses of this machine, its network and its cloud from public ones.
 * @param allow exceptions that may be reached: `orders.internal`, `*.corp.example`, `10.1.0.0/16`
 * @throws {ConfigError} when an entry is none of these
 */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const entries = allow.map((entry) => entry.trim()).filter((entry) => entry !== '');
  const faults = entries.filter((entry) => !isRange(entry) && !isNamePattern(entry));
  if (faults.length > 0) throw new ConfigError('HEDDLE_HTTP_ALLOW', faults.map(toFault));
  const names = entries.filter((entry) => !isRange(entry)).map((entry) => entry.toLowerCase());
  const allowed = toRanges(entries.filter(isRange));
  const closed = toRanges([...PRIVATE_IPV4, ...PRIVATE_IPV6]);
  const open = toRanges(['0.0.0.0/0', ...PUBLIC_IPV6]);
  const metadata = toRanges([...METADATA_IPV4, ...METADATA_IPV6]);
  const isNamed = (host: string) => matches(host, names);
  const isAddressAllowed: AddressGuard['isAddressAllowed'] = (address, host) => {
    if (isIn(allowed, address)) return true;
    if (isNamed(host)) return isRange(address) && !isIn(metadata, address);
    return isIn(open, address) && !isIn(closed, address);
  };
  return {
    isAddressAllowed,
    isListed: (host) => isNamed(host) || isIn(allowed, withoutBrackets(host)),
    isNameAllowed(host) {
      const address = withoutBrackets(host);
      if (isIP(address)) return isAddressAllowed(address, host);
      return isNamed(host) || !matches(host, PRIVATE_NAMES);
    },
  };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function toFault(entry: string): string {
  return `"${entry}" is no host (orders.internal), wildcard (*.corp.example), address or CIDR range (10.1.0.0/16)`;
}

/**
 * `*.a.b` matches any name below `a.b`. A trailing dot, which marks a name as fully qualified, is
 * ignored.
 */
function matches(host: string, patterns: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return patterns.some((pattern) =>
    pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern,
  );
}

function isNamePattern(entry: string): boolean {
  const name = entry.replace(/^\*\./, '');
  // A name of only digits and dots is a mistyped address.
  if (name.length > 253 || /^[\d.]+$/.test(name)) return false;
  return /^(?!-)[a-z\d_-]{1,63}(?:\.[a-z\d_-]{1,63})*$/i.test(name);
}

function isRange(entry: string): boolean {
  const [address = '', size, ...rest] = entry.split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return false;
  if (size === undefined) return true;
  return /^\d{1,3}$/.test(size) && Number(size) <= (isIPv4(address) ? 32 : 128);
}

function toRanges(texts: readonly string[]): Ranges {
  const ranges = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of texts) {
    const [address = '', size] = text.split('/');
    const family: Family = isIPv4(address) ? 'ipv4' : 'ipv6';
    ranges[family].addSubnet(address, Number(size ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return ranges;
}

/** An address with a zone (`fe80::1%eth0`) matches no range. */
function isIn(ranges: Ranges, address: string): boolean {
  if (isIPv4(address)) return ranges.ipv4.check(address, 'ipv4');
  return isIPv6(address) && !address.includes('%') && ranges.ipv6.check(address, 'ipv6');
}
