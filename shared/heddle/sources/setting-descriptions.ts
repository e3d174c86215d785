/** Descriptions of settings that several kinds have. */
export const ADDRESSES = 'Addresses or CIDR ranges, IPv4 and IPv6.';
export const PROXIES =
  'Proxies in front of the app that append to X-Forwarded-For; App Service is one.';
export const TOLERANCE =
  'Maximum difference between a signed timestamp and now, in either direction. Seconds.';
export const TIMESTAMP =
  'The header with the timestamp in Unix seconds. Once named it is required, and part of what is signed.';
export const NO_PROOF =
  'False, with auth.kind none: accepts requests from anybody. Their events have verified: false.';

/** Descriptions of the settings of every source, by path. */
export const commonDescriptions: Readonly<Record<string, string>> = {
  kind: 'The kind of sender. Absent: the name of the source is the kind.',
  enabled: 'False: its deliveries are refused, and its secrets are not asked for.',
  disabledStatus:
    'What its deliveries are answered while enabled is false: 404 (default), or 410, after which some senders give up.',
  secrets:
    'Names of the app settings with the active secrets, not the secrets themselves: two during rotation.',
  ipAllowList:
    'Addresses that senders may send from. Checked in addition to the signature, not instead of it.',
  'ipAllowList.allow': ADDRESSES,
  'ipAllowList.trustedProxyHops': PROXIES,
  rateLimit: 'Limit of requests in a window; more are answered 429.',
  'rateLimit.max': 'Maximum number of requests in a window.',
  'rateLimit.window': 'Length of a window: 1m.',
  schema:
    'JSON Schema of the payload: a payload that does not fit is answered 422 and not accepted.',
  redact:
    'Paths of payload values that are stored nowhere, not even in the queue: user.email, items[*].card.',
};
