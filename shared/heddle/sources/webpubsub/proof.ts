import { SENDER_SETTINGS } from '../../domain/azure-senders.ts';
import type { EntraAuth } from '../entra/settings.ts';
import { createTokenCheck, type TokenCheck } from '../entra/token-check.ts';
import { HmacKeys, parseHex, withoutPrefix } from '../hmac.ts';
import { createForgedError, type Verification } from '../secret.ts';
import type { SourceContext, WebhookRequest } from '../source.ts';

/** `signature`, `entra`, or the settings of the tokens. Absent: what the deployment has. */
export type WebPubSubAuth = 'signature' | 'entra' | EntraAuth | undefined;

/** Settings by which the deployment says what the source does not. */
const SETTINGS = {
  audience: SENDER_SETTINGS.webPubSubAudience,
  identity: SENDER_SETTINGS.webPubSubIdentity,
};

/** How the service proves itself. */
export interface Proof {
  /** What keeps it from proving anything, each with what to do. */
  readonly missing: readonly string[];
  /**
   * @throws {RejectedError} 401
   * @throws {RetryableError} when a token cannot be judged now
   * @throws {ConfigError} when something is missing
   */
  verify(request: WebhookRequest): Promise<Verification>;
}

/**
 * Creates the check of the service's requests.
 *
 * 1. The service signs with its access keys, and sends a token where the event handler says so. A
 *    service whose access keys are disabled sends a token alone, one with keys and a handler with
 *    `auth` sends both.
 * 2. With `auth: entra` the token is required. A signature covers the connection's id alone and never
 *    expires, so whoever has seen one must not pass without a token.
 * 3. Where `auth` is not said, either proves the service, as far as it is configured.
 * 4. A proof that is there, can be judged and is wrong refuses the request, though the other may be
 *    right: the service itself never sends one, so either somebody else does, or a setting is wrong,
 *    which would otherwise show only when the other proof is switched off.
 */
export function createProof(auth: WebPubSubAuth, context: SourceContext): Proof {
  const { secrets } = context;
  const tokens = toTokenCheck(auth, context);
  const isSigned = secrets.some(({ value }) => value.trim() !== '');
  const keys = new HmacKeys(secrets);
  const settings = secrets.map(({ setting }) => setting).join(' or ');
  const missing = tokens ? tokens.faults : isSigned ? [] : [`set ${settings}`];
  return {
    missing,
    async verify(request) {
      const { headers } = request;
      const isTokenNeeded = tokens !== undefined && (auth !== undefined || !isSigned);
      const hasToken = headers.get('authorization') !== null;
      const byToken =
        tokens && (isTokenNeeded || hasToken) ? await tokens.verify(request) : undefined;
      const list = headers.get('ce-signature');
      if (!isSigned || (byToken && list === null)) return byToken ?? refuse();
      return keys.verify(parseSignatures(list), headers.get('ce-connectionid') ?? '');
    },
  };
}

function refuse(): never {
  throw createForgedError();
}

/** Undefined where no tokens are expected. */
function toTokenCheck(auth: WebPubSubAuth, context: SourceContext): TokenCheck | undefined {
  const known = context.senders?.webPubSub;
  if (auth === 'signature' || (auth === undefined && !known?.identity)) return undefined;
  const given = typeof auth === 'object' ? auth : { kind: 'entra' as const };
  const isNamed = given.oid !== undefined || given.appid !== undefined;
  return createTokenCheck(
    {
      ...given,
      audience: given.audience ?? known?.audience,
      oid: isNamed ? given.oid : known?.identity,
    },
    context,
    SETTINGS,
  );
}

/** `sha256=<hex>,sha256=<hex>`, with the primary and the secondary key; hex in either case. */
function parseSignatures(list: string | null): readonly (Buffer | undefined)[] {
  return (list ?? '')
    .split(',')
    .map((item) => parseHex(withoutPrefix(item.trim(), 'sha256=')?.toLowerCase()));
}
