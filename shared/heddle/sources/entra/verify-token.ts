import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { decodeJwt } from 'jose/jwt/decode';
import { jwtVerify } from 'jose/jwt/verify';
import type { SourceContext } from '../source.ts';
import type { Signer } from './authority.ts';
import { TenantKeys } from './tenant-keys.ts';

/** The claims of a token, of which nothing is known before they are checked. */
type Claims = ReturnType<typeof decodeJwt>;

/** Clocks of Azure's machines and of ours differ by less. */
const SKEW_SECONDS = 60;

const ALGORITHM = 'RS256';

/** Who may send. Ids are in lower case, as tokens have them. */
export interface TokenRules extends Signer {
  readonly audiences: readonly string[];
  /** Object ids of identities; undefined: any. */
  readonly oids: readonly string[] | undefined;
  /** Client ids of applications; undefined: any. */
  readonly appids: readonly string[] | undefined;
}

/**
 * Whether a token is genuine and of an allowed sender.
 * @param now Unix milliseconds
 * @throws {RetryableError} when the keys cannot be fetched
 */
export type VerifyToken = (token: string, now: number) => Promise<boolean>;

/**
 * Verifies access tokens of Microsoft Entra, versions 1 and 2. Everything that can be judged without
 * the tenant's keys is judged before they are fetched: a wrong token is refused even while they are out
 * of reach, and leads to no fetch.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function createTokenVerifier(
  rules: TokenRules,
  fetchText: SourceContext['fetchText'],
): VerifyToken {
  const keys = new TenantKeys(rules.keysUrl, fetchText);
  return async (token, now) => {
    const keyId = readKeyId(token);
    const claims = decode(token);
    if (keyId === undefined || !claims || !isAllowed(claims, rules, now)) return false;
    const key = await keys.find(keyId, now);
    if (!key) return false;
    try {
      const { payload } = await jwtVerify(token, key, {
        ...{ algorithms: [ALGORITHM], issuer: [...rules.issuers], audience: [...rules.audiences] },
        ...{ currentDate: new Date(now), clockTolerance: SKEW_SECONDS, requiredClaims: ['exp'] },
      });
      return isAllowed(payload, rules, now);
    } catch {
      return false;
    }
  };
}

/** Only signatures by the tenant's key pairs: no other algorithm is ever tried. */
function readKeyId(token: string): string | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === ALGORITHM && typeof kid === 'string' && kid !== '' ? kid : undefined;
  } catch {
    return undefined;
  }
}

function decode(token: string): Claims | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

function isAllowed(claims: Claims, rules: TokenRules, now: number): boolean {
  const { iss, aud, exp, nbf } = claims;
  const seconds = now / 1000;
  const isIssued = typeof iss === 'string' && rules.issuers.includes(iss);
  const isForUs = [aud].flat().some((one) => one !== undefined && rules.audiences.includes(one));
  const isCurrent = typeof exp === 'number' && seconds < exp + SKEW_SECONDS;
  const hasBegun = nbf === undefined || (typeof nbf === 'number' && nbf <= seconds + SKEW_SECONDS);
  return isIssued && isForUs && isCurrent && hasBegun && isOfSender(claims, rules);
}

/** Version 1 names the application `appid`, version 2 `azp`. */
function isOfSender(claims: Claims, { oids, appids }: TokenRules): boolean {
  const { oid, appid, azp, scp } = claims;
  if (oids === undefined && appids === undefined) return false;
  if (oids && !isOneOf(oid, oids)) return false;
  if (!appids) return true;
  const named = [appid, azp].filter((one) => one !== undefined);
  if (named.length === 0 || !named.every((one) => isOneOf(one, appids))) return false;
  // With scopes it is the token of a person who has signed in to the application.
  return oids !== undefined || scp === undefined;
}

function isOneOf(claim: unknown, allowed: readonly string[]): boolean {
  return typeof claim === 'string' && allowed.includes(claim);
}
