import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { ConfigError, RejectedError } from '../errors/errors.ts';
import type { WebhookRequest } from './source.ts';

export interface IpAllowListOptions {
  /** Addresses or CIDR ranges, IPv4 and IPv6. */
  readonly allow: readonly string[];
  /** Number of proxies in front of the app. Each appends the address of its caller. */
  readonly trustedProxyHops: number;
}

interface Address {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
}

interface AddressRange extends Address {
  readonly prefix: number;
}

/** Gives one answer for addresses that are missing, malformed or not on the list. */
function createAddressError(): RejectedError {
  return new RejectedError('address_refused', 'Requests from this address are not accepted.');
}

/**
 * Refuses senders whose address is not on the list. The address is the entry of X-Forwarded-For
 * that the outermost trusted proxy appended, the `trustedProxyHops`th from the right; entries left
 * of it can be forged by the sender. App Service appends `ip:port`. With more than one hop the app
 * must be reachable only through those proxies: a caller that bypasses the outer ones chooses the
 * entry.
 * @returns a check that throws RejectedError 403 for an address that is not provably on the list
 * @throws {ConfigError} when an entry of the list is neither an address nor a range
 * @see https://learn.microsoft.com/azure/app-service/overview-inbound-outbound-ips
 */
export function createIpAllowList(
  options: IpAllowListOptions,
): (request: Pick<WebhookRequest, 'headers'>) => void {
  const lists = createLists(options.allow);
  return ({ headers }) => {
    const entries = headers.get('x-forwarded-for')?.split(',') ?? [];
    const caller = toAddress(entries.at(-options.trustedProxyHops));
    if (!caller || !lists[caller.family].check(caller.address, caller.family)) {
      throw createAddressError();
    }
  };
}

/** Whether an allow-list may contain the text: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== undefined;
}

/** Creates a list for each family: in one BlockList, `::/0` contains every IPv4 address. */
function createLists(allow: readonly string[]): Record<Address['family'], BlockList> {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of allow) {
    const range = parseRange(text);
    if (!range) throw new ConfigError('An allow-list cannot be used', [toRangeFault(text)]);
    lists[range.family].addSubnet(range.address, range.prefix, range.family);
  }
  return lists;
}

export function toRangeFault(text: string): string {
  return `"${text}" is no address and no CIDR range such as 203.0.113.0/24 or 2001:db8::/32`;
}

function parseRange(text: string): AddressRange | undefined {
  const [address = '', size, ...rest] = text.split('/');
  const parsed = parseAddress(address);
  if (!parsed || rest.length > 0) return undefined;
  const bits = isIPv4(address) ? 32 : 128;
  // The first 96 bits of a mapped address only mark it as mapped.
  const mapped = parsed.family === 'ipv4' ? bits - 32 : 0;
  if (size === undefined) return { ...parsed, prefix: bits - mapped };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(size)) return undefined;
  const prefix = Number(size) - mapped;
  return prefix >= 0 && Number(size) <= bits ? { ...parsed, prefix } : undefined;
}

/** `203.0.113.9`, `203.0.113.9:5000`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`. */
function toAddress(entry: string | undefined): Address | undefined {
  const text = entry?.trim() ?? '';
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed) ? parseAddress(bracketed) : undefined;
  const [, withoutPort = text] = /^([\d.]+):\d{1,5}$/.exec(text) ?? [];
  return parseAddress(withoutPort);
}

function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { address: text, family: 'ipv4' };
  // A zone (`fe80::1%eth0`) names an interface of one machine and means nothing elsewhere.
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const address = toMappedIPv4(text);
  return address ? { address, family: 'ipv4' } : { address: text, family: 'ipv6' };
}

/** `::ffff:203.0.113.9`, in any spelling, → `203.0.113.9`. URL normalizes the spellings. */
function toMappedIPv4(ipv6: string): string | undefined {
  const { hostname } = new URL(`http://[${ipv6}]`);
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex');
  return bytes.join('.');
}
