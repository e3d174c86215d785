import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { InvariantError, TerminalError } from '../errors/errors.ts';
import { isSettingName } from './setting-name.ts';

/**
 * Sealed texts: `sealed:<app setting>:<base64url of nonce, ciphertext and tag>`. A value that comes
 * with an event and lets its bearer act is stored like this, and opened where it is used.
 *
 * 1. It shows the name of the setting and the length of the sealed text, and nothing else.
 * 2. The name is authenticated too: a text cannot be moved to another setting, not even to one with
 *    the same value.
 * 3. It has one spelling: base64url that does not encode back is refused, so no bit can be changed.
 * 4. Opening fails closed and in one way: the error does not tell a blank setting, another one and
 *    a changed text apart, since a sender of events may choose the text.
 * 5. It consists of letters, digits and `:._-` only, so it survives templates, JSON and URLs.
 */
const PREFIX = 'sealed:';
const SHAPE = /^sealed:([^:]{1,128}):([\w-]+)$/;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Purpose of the key: the secret's HMAC keys and the keys of later formats differ from it. */
const PURPOSE = 'heddle sealed text 1';

export interface SealingSecret {
  /** Name of the app setting, which can be read in the sealed text. */
  readonly setting: string;
  readonly value: string;
}

/** @example seal({ setting: 'SLACK_SIGNING_SECRET', value }, url) // 'sealed:SLACK_SIGNING_SECRET:pW…' */
export function seal({ setting, value }: SealingSecret, text: string): string {
  if (!isSettingName(setting)) throw new InvariantError('a secret has no name to be sealed under');
  if (isBlank(value))
    throw new InvariantError(`${setting} is blank: nothing can be sealed with it`);
  const head = `${PREFIX}${setting}:`;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, toKey(value), nonce).setAAD(Buffer.from(head));
  const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return head + Buffer.concat(sealed).toString('base64url');
}

/** Whether a text claims to be sealed; it need not be possible to open it. */
export function isSealed(text: string): boolean {
  return text.startsWith(PREFIX);
}

/**
 * Opens a sealed text.
 * @param readSecret gives the value of the app setting that the sealed text names; blank if not set
 * @throws {TerminalError} `sealed_unreadable`
 */
export function openSealed(
  sealed: string,
  readSecret: (setting: string) => Pick<SealingSecret, 'value'>,
): string {
  const [, setting = '', encoded = ''] = SHAPE.exec(sealed) ?? [];
  const bytes = Buffer.from(encoded, 'base64url');
  const isWhole = bytes.length >= NONCE_BYTES + TAG_BYTES;
  if (!isWhole || !isSettingName(setting) || bytes.toString('base64url') !== encoded) {
    throw refuse(`expected ${PREFIX}<app setting>:<base64url>, received something else`);
  }
  const { value } = readSecret(setting);
  const text = isBlank(value) ? undefined : decipher(value, `${PREFIX}${setting}:`, bytes);
  if (text !== undefined) return text;
  throw refuse(
    `expected one that the secret in the app setting ${setting} opens: it was sealed with another secret or changed since, so take a newer event`,
  );
}

function decipher(secret: string, head: string, bytes: Buffer): string | undefined {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const options = { authTagLength: TAG_BYTES };
  const opening = createDecipheriv(CIPHER, toKey(secret), nonce, options)
    .setAAD(Buffer.from(head))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = opening.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([text, opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc5869 */
function toKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, KEY_BYTES));
}

function isBlank(value: string): boolean {
  return value.trim() === '';
}

function refuse(reason: string): TerminalError {
  return new TerminalError('sealed_unreadable', `a sealed text cannot be opened: ${reason}`);
}
