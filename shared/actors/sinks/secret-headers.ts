import { createRedactor } from '../../domain/redact.ts';
import { TerminalError } from '../../errors.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Headers whose values are in app settings.
 * @param settings by header the name of its app setting
 * @throws {TerminalError} `sink_not_configured`
 */
export function readSecretHeaders(
  readSecret: (setting: string) => { readonly value: string },
  settings: Headers,
): Headers {
  const entries = Object.entries(settings).map(([header, setting]) => {
    const value = readSecret(setting).value.trim();
    if (value !== '') return [header, value] as const;
    throw new TerminalError(
      `the app setting ${setting} should hold the value of the header ${header}: it is not set`,
      { code: 'sink_not_configured' },
    );
  });
  return Object.fromEntries(entries);
}

/** Takes out of an answer what it repeats of them. */
export function withoutSecretHeaders(text: string, headers: Headers): string {
  const values = Object.values(headers);
  // Services show a token without the scheme that it came with: `Bearer x` as `x`.
  const tokens = values.map((value) => value.replace(/^\S+\s+/, ''));
  return createRedactor([...values, ...tokens])(text);
}
