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
