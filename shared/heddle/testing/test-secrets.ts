import { createHash } from 'node:crypto';
import { isJsonObject, type Json } from '../domain/json.ts';
import type { ConfiguredSource } from '../sources/load.ts';

type Settings = Readonly<Record<string, string>>;

/** The app settings with a source's secrets; the first is the one that its sender signs with. */
export function listSecretSettings(source: ConfiguredSource): readonly string[] {
  const { common, kind, settings } = source;
  return [
    ...(common.secrets ?? kind.defaultSecrets ?? []),
    ...findSecretSettings(settings as Json),
  ];
}

/** Makes up the secrets of all sources that are not given; the same name has the same secret. */
export function withTestSecrets(sources: readonly ConfiguredSource[], given: Settings): Settings {
  const names = sources.flatMap(listSecretSettings);
  return { ...Object.fromEntries(names.map((name) => [name, toTestSecret(name)])), ...given };
}

/** Some kinds name the settings of their secrets among their own: `rawDelivery: { token: … }`. */
function findSecretSettings(value: Json | undefined, key = ''): readonly string[] {
  if (typeof value === 'string') return /^(secret2?|token)$/.test(key) ? [value] : [];
  if (!isJsonObject(value ?? null)) return [];
  return Object.entries(value as object).flatMap(([name, item]) => findSecretSettings(item, name));
}

/** A form that every kind of source accepts. */
function toTestSecret(name: string): string {
  const key = createHash('sha256').update(`test secret ${name}`).digest('base64');
  return `whsec_${key}`;
}
