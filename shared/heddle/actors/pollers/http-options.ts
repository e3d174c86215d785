import { z } from 'zod';
import type { PollContext } from '../poller.ts';
import { HeaderSettingsSchema, readSecretHeaders } from '../secret-headers.ts';
import { readUrl, UrlSettingSchema } from '../secret-url.ts';

/** Options that the pollers of URLs have in common. */
export const httpFields = {
  url: z
    .string('expected a URL such as https://api.example/health')
    .refine(isHttp, 'expected a URL with http: or https:, and without credentials')
    .optional(),
  urlSetting: UrlSettingSchema.optional(),
  headers: z.record(z.string(), z.string(), 'expected headers, each with a text').default({}),
  headerSettings: HeaderSettingsSchema.default({}),
  timeoutSeconds: z
    .number()
    .min(0.1, 'expected at least 0.1')
    .max(600, 'expected at most 600')
    .default(5),
};

interface UrlOptions {
  readonly url?: string | undefined;
  readonly urlSetting?: string | undefined;
}

/** For `refine`: there is somewhere to ask. */
export const someUrl: [(given: UrlOptions) => boolean, { path: PropertyKey[]; error: string }] = [
  ({ url, urlSetting }) => url !== undefined || urlSetting !== undefined,
  { path: ['url'], error: 'expected a URL such as https://api.example/health, or urlSetting' },
];

export interface Target {
  readonly url: string;
  /** In events, and in the state in place of the URL: a secret one is named by its setting. */
  readonly shown: { readonly url: string } | { readonly urlSetting: string };
  readonly name: string;
}

/** @throws {TerminalError} `sink_not_configured`: the setting is not set, or holds no URL */
export function toTarget(
  { url, urlSetting = '' }: UrlOptions,
  { readSecret }: Pick<PollContext, 'readSecret'>,
): Target {
  if (url !== undefined) return { url, shown: { url }, name: url };
  const secret = readUrl((name) => ({ value: readSecret(name, 'a URL') }), urlSetting);
  return { url: secret, shown: { urlSetting }, name: `setting ${urlSetting}` };
}

interface HeaderOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly headerSettings: Readonly<Record<string, string>>;
}

/** Merges the headers of the options with those whose values are in app settings. */
export function toHeaders(
  { headers, headerSettings }: HeaderOptions,
  { readSecret }: Pick<PollContext, 'readSecret'>,
): Readonly<Record<string, string>> {
  return { ...headers, ...readSecretHeaders(readSecret, headerSettings) };
}

function isHttp(text: string): boolean {
  const url = URL.parse(text);
  const isKnown = url?.protocol === 'http:' || url?.protocol === 'https:';
  return isKnown && url.username === '' && url.password === '';
}
