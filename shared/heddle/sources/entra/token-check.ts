import { SENDER_SETTINGS } from '../../domain/azure-senders.ts';
import { ConfigError } from '../../errors/errors.ts';
import { createForgedError, type Verification } from '../secret.ts';
import type { SourceContext, WebhookRequest } from '../source.ts';
import { PUBLIC_AUTHORITY, toSigner } from './authority.ts';
import { type EntraAuth, isGuid } from './settings.ts';
import type { TokenRules, VerifyToken } from './verify-token.ts';

/** Far above Entra's tokens, which have some 2 kB. */
const MAX_TOKEN_CHARS = 16 * 1024;

/** Two tokens, joined by a comma where a header is repeated, are none. */
const BEARER = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

interface DefaultSettings {
  readonly audience?: string;
  readonly identity?: string;
}

/** Checks tokens in the Authorization header. */
export interface TokenCheck {
  /** What keeps it from verifying anything, each with what to do. */
  readonly faults: readonly string[];
  /**
   * @throws {RejectedError} 401 when the token is missing, wrong or of somebody else
   * @throws {RetryableError} when the keys that prove it cannot be fetched
   * @throws {ConfigError} when there are faults
   */
  verify(request: Pick<WebhookRequest, 'headers' | 'receivedAt'>): Promise<Verification>;
}

/**
 * Creates the check of a source's senders by their tokens of Microsoft Entra. The library that
 * verifies them is loaded with the first token.
 * @param auth with what the kind of source defaults to
 * @param settings names of the settings that hold these defaults, for faults
 */
export function createTokenCheck(
  auth: EntraAuth,
  { name, fetchText, senders }: Pick<SourceContext, 'name' | 'fetchText' | 'senders'>,
  settings: DefaultSettings = {},
): TokenCheck {
  const rules = toRules(auth, senders, settings);
  const faults = 'faults' in rules ? rules.faults : [];
  let loading: Promise<VerifyToken> | undefined;
  const load = async (given: TokenRules) => {
    const { createTokenVerifier } = await import('./verify-token.ts');
    return createTokenVerifier(given, fetchText);
  };
  return {
    faults,
    async verify({ headers, receivedAt }) {
      if ('faults' in rules) {
        throw new ConfigError(`The source ${name} cannot verify tokens`, faults);
      }
      const token = readToken(headers);
      if (token === undefined) throw createTokenError();
      loading ??= load(rules);
      if (!(await (await loading)(token, receivedAt))) throw createTokenError();
      return { verified: true };
    },
  };
}

function createTokenError() {
  return createForgedError(401, 'Bearer realm="webhooks"');
}

function readToken(headers: Pick<Headers, 'get'>): string | undefined {
  const value = headers.get('authorization') ?? '';
  return value.length > MAX_TOKEN_CHARS ? undefined : BEARER.exec(value)?.[1];
}

function toRules(
  { tenant, audience, oid, appid }: EntraAuth,
  senders: SourceContext['senders'],
  settings: DefaultSettings,
): TokenRules | { readonly faults: readonly string[] } {
  const home = (tenant ?? senders?.tenant ?? '').toLowerCase();
  const authority = senders?.authorityHost || PUBLIC_AUTHORITY;
  const signer = toSigner(authority, home);
  const audiences = toTexts(audience);
  const ids = { oids: toIds(oid), appids: toIds(appid) };
  const or = (setting: string | undefined) => (setting === undefined ? '' : `, or set ${setting}`);
  const faults = [
    ...(isGuid(home) ? [] : [`set ${SENDER_SETTINGS.tenant} to the id of a tenant`]),
    ...(signer ? [] : [`set ${SENDER_SETTINGS.authorityHost} to the https URL of an authority`]),
    ...(audiences.length > 0
      ? []
      : [`name the audience of its tokens in auth.audience${or(settings.audience)}`]),
    ...(ids.oids || ids.appids
      ? []
      : [`name the identity of its tokens in auth.oid or auth.appid${or(settings.identity)}`]),
  ];
  return faults.length > 0 || !signer ? { faults } : { ...signer, audiences, ...ids };
}

function toTexts(given: string | readonly string[] | undefined): readonly string[] {
  return [given ?? []].flat().filter((text) => text.trim() !== '');
}

/** Blank ids are none: an identity that is not known must not become any. */
function toIds(given: string | readonly string[] | undefined): readonly string[] | undefined {
  const ids = toTexts(given).filter(isGuid);
  return ids.length === 0 ? undefined : ids.map((id) => id.toLowerCase());
}
