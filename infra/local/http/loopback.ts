import { isIPv4 } from 'node:net';

/** Whether a socket's address is of this machine alone: 127.0.0.0/8, ::1, and IPv4 within IPv6. */
export function isLoopbackAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:(?=[\d.]+$)/, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/**
 * Whether a `Host` names this machine. A page whose name was made to resolve to this machine (DNS
 * rebinding) sends its own name. Nobody can own `localhost` or a name below it.
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3
 */
export function isLoopbackHost(host: string): boolean {
  const [, bracketed, plain = ''] =
    /^(?:\[([\d.:a-f]+)\]|([^\s:[\]@/?#,]+))(?::\d{1,5})?$/i.exec(host.trim()) ?? [];
  if (bracketed !== undefined) return isLoopbackAddress(bracketed);
  const name = plain.toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name);
}
