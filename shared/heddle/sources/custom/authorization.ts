import { isUtf8 } from 'node:buffer';
import type { Secret } from '../../domain/secret.ts';
import { RejectedError } from '../../errors/errors.ts';
import { parseBase64 } from '../hmac.ts';
import { createForgedError, requireSecrets, type Verification, verifyToken } from '../secret.ts';
import type { WebhookRequest } from '../source.ts';

type Verify = (request: Pick<WebhookRequest, 'headers'>) => Verification;

/** Checks `Authorization: Bearer <secret>`, or another scheme. */
export function createBearerCheck(scheme: string, secrets: readonly Secret[]): Verify {
  return ({ headers }) =>
    challenge(scheme, () => verifyToken(readCredentials(headers, scheme), secrets));
}

/**
 * Checks `Authorization: Basic <user:password>`, whose password is the secret. Both are compared as
 * one text, so that the answer does not tell which of them is wrong. A user name has no colon, so
 * the first colon separates them.
 * @see https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
export function createBasicCheck(username: string, secrets: readonly Secret[]): Verify {
  const verify = (headers: Pick<Headers, 'get'>) => {
    const pair = decode(readCredentials(headers, 'Basic'));
    if (!pair?.includes(':')) throw createForgedError();
    const pairs = requireSecrets(secrets).map(({ setting, value }) => ({
      setting,
      value: `${username}:${value}`,
    }));
    return verifyToken(pair, pairs);
  };
  return ({ headers }) => challenge('Basic', () => verify(headers));
}

/** Names the scheme in a 401. @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2 */
function challenge(scheme: string, verify: () => Verification): Verification {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    throw createForgedError(401, `${scheme} realm="webhooks"`);
  }
}

/** Returns the text after the scheme, which is not case-sensitive. */
function readCredentials(headers: Pick<Headers, 'get'>, scheme: string): string | undefined {
  const value = headers.get('authorization') ?? '';
  const start = `${scheme} `;
  if (value.slice(0, start.length).toLowerCase() !== start.toLowerCase()) return undefined;
  return value.slice(start.length).replace(/^ +/, '');
}

function decode(credentials: string | undefined): string | undefined {
  const bytes = parseBase64(credentials);
  return bytes && isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
