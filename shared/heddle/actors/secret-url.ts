import { z } from 'zod';
import { createRedactor, toSecretTexts } from '../domain/redact.ts';
import { isSettingName } from '../domain/setting-name.ts';
import { TerminalError } from '../errors/errors.ts';

/** The name of the app setting that holds the URL to send to. */
export const UrlSettingSchema = z
  .string()
  .refine(isSettingName, 'expected the name of an app setting, such as DEPLOY_URL');

interface Given {
  readonly url?: unknown;
  readonly urlSetting?: unknown;
}
type Refinement = [(given: Given) => boolean, { path?: PropertyKey[]; error: string }];

/** For `refine`: there is somewhere to send to. */
export const someUrl: Refinement = [
  ({ url, urlSetting }) => url !== undefined || urlSetting !== undefined,
  { path: ['url'], error: 'expected the URL to send to' },
];

/** For `refine`: with both, it would be unclear where the request goes. */
export const oneUrl: Refinement = [
  ({ url, urlSetting }) => url === undefined || urlSetting === undefined,
  { error: 'expected either url or urlSetting' },
];

type ReadSecret = (setting: string) => { readonly value: string };

/**
 * Reads the URL that an app setting holds.
 * @throws {TerminalError} `sink_not_configured`, which names the setting and never its value
 */
export function readUrl(readSecret: ReadSecret, setting: string): string {
  const value = readSecret(setting).value.trim();
  const parsed = URL.parse(value);
  if (parsed?.protocol === 'https:' || parsed?.protocol === 'http:') return value;
  const found = value === '' ? 'it is not set' : 'it holds something else';
  throw new TerminalError(
    'sink_not_configured',
    `the app setting ${setting} should hold the URL to send to, with https: or http:: ${found}`,
  );
}

/** Removes a secret URL, and the secret parts of it, from an answer that repeats them. */
export function withoutUrl(text: string, url: string): string {
  return createRedactor(toSecretTexts(url))(text);
}
