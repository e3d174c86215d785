import { z } from 'zod';
import type { PollContext } from '../poller.ts';
import { HeaderSettingsSchema, readSecretHeaders } from '../secret-headers.ts';

/** Options that the pollers of URLs have in common. */
export const httpFields = {
  url: z
    .string('expected a URL such as https://api.example/health')
    .refine(isHttp, 'expected a URL with http: or https:, and without credentials'),
  headers: z.record(z.string(), z.string(), 'expected headers, each with a text').default({}),
  headerSettings: HeaderSettingsSchema.default({}),
  timeoutSeconds: z
    .number()
    .min(0.1, 'expected at least 0.1')
    .max(600, 'expected at most 600')
    .default(5),
};

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
