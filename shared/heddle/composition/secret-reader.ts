import type { Registrations } from '../actors/registrations.ts';
import type { Config } from '../config/config.ts';
import { CONNECTION_STRINGS } from '../config/connector-settings.ts';
import { createRedactor, toSecretTexts } from '../domain/redact.ts';
import type { Secret } from '../domain/secret.ts';

/** Reads secrets, and redacts those it has read from texts that are kept, logged or shown. */
export class SecretReader {
  readonly #readSetting: (setting: string) => Secret;
  readonly #values = new Set<string>();
  #redact = createRedactor([]);

  constructor(readSetting: (setting: string) => Secret) {
    this.#readSetting = readSetting;
  }

  readonly read = (setting: string): Secret => {
    const secret = this.#readSetting(setting);
    const { size } = this.#values;
    for (const text of toSecretTexts(secret.value)) this.#values.add(text);
    if (this.#values.size > size) this.#redact = createRedactor([...this.#values]);
    return secret;
  };

  readonly redact = (text: string): string => this.#redact(text);
}

/**
 * Settings with connection strings, which hold keys. Their values are redacted where a library
 * quotes one.
 */
const SECRET_SETTINGS = [
  ...['ServiceBus', 'Cosmos', 'AzureWebJobsStorage', 'WebPubSub', ...CONNECTION_STRINGS],
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
];

/** Reads secrets of settings, and of endpoints in code. Those that an app reads itself are known too. */
export function createSecretReader(
  { readSecret, secretSettings }: Pick<Config, 'readSecret' | 'secretSettings'>,
  { sources }: Pick<Registrations, 'sources'>,
): SecretReader {
  const reader = new SecretReader((setting) => sources.readSecret(setting) ?? readSecret(setting));
  for (const setting of [...SECRET_SETTINGS, ...secretSettings]) reader.read(setting);
  return reader;
}
