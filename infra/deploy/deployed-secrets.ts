import { isJsonObject } from '../../shared/heddle/domain/json.ts';
import { sourceKinds } from '../../shared/heddle/sources/kinds.ts';
import { isSet } from './azd-environment.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The secrets that a deployment takes from the azd environment to the app. */
export interface DeployedSecrets {
  /** By the names of app settings. A value may be the reference to a vault, `akvs://…`. */
  readonly values: Readonly<Record<string, string>>;
  /** Why azd would refuse MORE_SECRETS_JSON. */
  readonly fault?: string;
}

/** Settings that have a parameter of main.bicep; all others come in MORE_SECRETS_JSON. */
export const PARAMETER_SECRETS: readonly string[] = sourceKinds.flatMap(
  ({ defaultSecrets }) => defaultSecrets,
);

/** A blank value makes neither a secret nor a setting. */
export function readDeployedSecrets(env: Environment): DeployedSecrets {
  const more = readMore(env.MORE_SECRETS_JSON);
  const own = PARAMETER_SECRETS.map((name) => [name, env[name] ?? ''] as const);
  const given = Object.entries(more ?? {}).map(([name, value]) => [name, String(value)] as const);
  return {
    values: Object.fromEntries([...own, ...given].filter(([, value]) => isSet(value))),
    ...(more ? {} : { fault: 'is no JSON object of texts by the names of settings' }),
  };
}

/** @returns undefined where it is no object of texts */
function readMore(text = ''): Readonly<Record<string, unknown>> | undefined {
  if (!isSet(text)) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    return Object.values(value).every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
