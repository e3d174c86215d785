import { z } from 'zod';
import { createRedactor, toSecretTexts } from '../domain/redact.ts';
import { isSettingName } from '../domain/setting-name.ts';
import { TerminalError } from '../errors/errors.ts';

type Headers = Readonly<Record<string, string>>;

const settingName = z
  .string()
  .refine(isSettingName, 'expected the name of an app setting, such as DEPLOY_AUTHORIZATION');

/** Maps a header to the app setting that holds its value. */
export const HeaderSettingsSchema = z.record(
  z.string(),
  settingName,
  'expected headers, each with the name of an app setting',
);

interface Given {
  readonly headers?: Headers | undefined;
  readonly headerSettings?: Headers | undefined;
}

/** For `refine`: with a header in both, it would be unclear which value is sent. */
export const eachHeaderOnce = [
  ({ headers = {}, headerSettings = {} }: Given) => {
    const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
    return Object.keys(headerSettings).every((name) => !given.has(name.toLowerCase()));
  },
  { error: 'expected a header either in headers or in headerSettings' },
] as const;

/**
 * Returns the value of an app setting that must be set.
 * @param holds what it should hold, for the error: `the value of the header Authorization`
 * @throws {TerminalError} `sink_not_configured`
 */
export function requireSetting(
  readSecret: (setting: string) => { readonly value: string },
  setting: string,
  holds: string,
): string {
  const value = readSecret(setting).value.trim();
  if (value !== '') return value;
  throw new TerminalError(
    'sink_not_configured',
    `the app setting ${setting} should hold ${holds}: it is not set`,
  );
}

/**
 * Reads headers whose values are in app settings.
 * @param read as {@link requireSetting}
 * @param settings the app setting of each header
 */
export function readSecretHeaders(
  read: (setting: string, holds: string) => string,
  settings: Headers,
): Headers {
  const entries = Object.entries(settings).map(
    ([header, setting]) => [header, read(setting, `the value of the header ${header}`)] as const,
  );
  return Object.fromEntries(entries);
}

/** Removes the secret values from an answer that repeats them. */
export function withoutSecretHeaders(text: string, headers: Headers): string {
  return createRedactor(Object.values(headers).flatMap(toSecretTexts))(text);
}
