/**
 * Verifies a request. Compare with `timingSafeEqual`; any result but true, errors included, is
 * answered 401.
 * @param payload the exact bytes that were sent
 * @param signature value of `auth.header`; empty if no header is named
 * @param secret value of `auth.secret`; empty if there is none
 */
export type VerifySignature = (
  payload: Buffer,
  signature: string,
  secret: string,
  headers: Pick<Headers, 'get'>,
) => boolean | Promise<boolean>;

/** The secret itself, usually of `process.env`. While it is blank, every request is refused. */
interface WithSecret {
  readonly secret: string | undefined;
}

/** Without `verify`: HMAC of the raw body, SHA-256 in hex unless the other fields say otherwise. */
interface SignatureAuth extends WithSecret {
  readonly type: 'signature';
  /** Header with the signature. A request without it is refused. */
  readonly header: string;
  readonly verify?: VerifySignature;
  readonly algorithm?: 'sha256' | 'sha512' | 'sha1';
  readonly encoding?: 'hex' | 'base64';
  /** Text before the signature: `sha256=`. */
  readonly prefix?: string;
  /** Header with Unix seconds, which are signed before the body: `{timestamp}.{body}`. */
  readonly timestampHeader?: string;
  readonly template?: string;
  readonly toleranceSeconds?: number;
}

interface BearerAuth extends WithSecret {
  readonly type: 'bearer';
  /** Default: `Bearer`. */
  readonly scheme?: string;
}

type ApiKeyAuth = WithSecret & { readonly type: 'apiKey' } & (
    | { readonly header: string; readonly query?: never }
    | { readonly query: string; readonly header?: never }
  );

/** `secret` is the password. */
interface BasicAuth extends WithSecret {
  readonly type: 'basic';
  readonly username: string;
}

interface AddressAuth {
  readonly type: 'ip' | 'ipWhitelist' | 'ipAllowList';
  /** Addresses or CIDR ranges. */
  readonly allow: readonly string[];
  readonly trustedProxyHops?: number;
}

interface CustomAuth {
  readonly type: 'custom';
  readonly verify: VerifySignature;
  readonly header?: string;
  readonly secret?: string | undefined;
}

/** Authentication of the senders of a webhook in code. It cannot be left out. */
export type EndpointAuth =
  | SignatureAuth
  | BearerAuth
  | ApiKeyAuth
  | BasicAuth
  | AddressAuth
  | CustomAuth;

/** The endpoint of a webhook in code: its path, and how its senders authenticate. */
export interface WebhookEndpoint {
  /**
   * `/webhooks/stripe` is received at `/webhooks/custom/stripe`, by the source `custom-stripe`:
   * without a leading `webhooks/`, with `-` for every further slash. Triggers with the same path
   * share the endpoint, and say the same about it.
   */
  readonly path: string;
  /** Default: both. Other methods are answered 405. */
  readonly method?: 'POST' | 'PUT';
  /** False: its deliveries are refused, and its secret is not asked for. */
  readonly enabled?: boolean;
  /** The answer while `enabled` is false: 404, or 410, after which some senders give up. */
  readonly disabledStatus?: 404 | 410;
  readonly auth: EndpointAuth;
  /** Place of the sender's id of an event, which tells a retry from a new event: at most one. */
  readonly idHeader?: string;
  readonly idPath?: string;
  readonly idFrom?: 'body-hash';
  /** Place of the event's type; without one, every type is `received`. */
  readonly typeHeader?: string;
  readonly typePath?: string;
  /** Paths of values that are stored nowhere: `user.email`. */
  readonly redact?: readonly string[];
}

/** Requests beyond `max` in a window are answered 429. */
export interface EndpointRateLimit {
  readonly max: number;
  /** Milliseconds. */
  readonly window: number;
}
