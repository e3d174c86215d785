/** Descriptions of settings that several kinds have. */
export const ADDRESSES = 'Addresses or CIDR ranges, IPv4 and IPv6.';
export const PROXIES =
  'Proxies in front of the app that append to X-Forwarded-For; App Service is one.';
export const TOLERANCE = 'How old a signed timestamp may be, and how far ahead. Seconds.';
export const TIMESTAMP =
  'The header with Unix seconds. Where one is named, it must be there and is signed.';
export const NO_PROOF =
  'False, with auth of kind none: takes what anybody sends. Its events say verified: false.';

/** Descriptions of the settings of every source, by path. */
export const commonDescriptions: Readonly<Record<string, string>> = {
  kind: 'The kind of sender. Absent where the name of the source is that of its kind.',
  secrets:
    'Names of app settings with the active secrets, never secrets themselves: two while one replaces the other.',
  ipAllowList: 'Where senders may send from: as well as the signature, not in its place.',
  'ipAllowList.allow': ADDRESSES,
  'ipAllowList.trustedProxyHops': PROXIES,
  rateLimit: 'Requests beyond so many in a window are answered 429.',
  'rateLimit.max': 'Requests in a window.',
  'rateLimit.window': 'How long a window is: 1m.',
  schema: 'JSON Schema of the payload: what does not fit is answered 422 and not taken in.',
  redact:
    'Values of the payload that are kept nowhere, not even in the queue: user.email, items[*].card.',
};
