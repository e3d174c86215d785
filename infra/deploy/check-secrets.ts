import { isJsonObject } from '../../shared/heddle/domain/json.ts';
import type { Trigger } from '../../shared/heddle/domain/trigger.ts';
import { type AzdEnvironment, isSet } from './azd-environment.ts';
import {
  type DeployedSecrets,
  PARAMETER_SECRETS,
  readDeployedSecrets,
} from './deployed-secrets.ts';
import type { Outcome } from './finding.ts';
import { readSecretive, type SourceSecrets } from './source-secrets.ts';

const MORE = 'MORE_SECRETS_JSON';

/** Warns of secrets that sources and triggers name and the azd environment does not have. */
export async function checkSecrets(root: string, azd: AzdEnvironment): Promise<Outcome> {
  const { env, isKnown } = azd;
  const deployed = readDeployedSecrets(env);
  if (deployed.fault !== undefined) {
    const fix = `azd env set ${MORE} '{"A_NAME":"…"}'`;
    return { findings: [{ file: MORE, what: deployed.fault, fix }], summary: '' };
  }
  const { sources, triggers } = await readSecretive(root, env);
  const used = sources.filter(({ isUsed }) => isUsed);
  const count = `${Object.keys(deployed.values).length} set`;
  if (!isKnown) {
    const unknown = 'no azd environment could be read, so nothing is known of its secrets';
    return { findings: [], summary: '', warnings: [unknown] };
  }
  const warnings = [
    ...used.flatMap((source) => warnOfSource(source, deployed)),
    ...triggers.flatMap((trigger) => warnOfTrigger(trigger, deployed)),
  ];
  const names = [...new Set([...used.flatMap(listNames), ...triggers.flatMap(listSettings)])];
  const stranded = names.filter((name) => isStranded(name, env, deployed));
  return {
    findings: [],
    summary: count,
    warnings: [
      ...warnings,
      ...stranded.map((name) => `${name} reaches the app only within ${MORE}`),
    ],
  };
}

/** @returns why a source refuses all its senders, or some */
export function warnOfSource(
  { name, eitherOf, others, inCode }: SourceSecrets,
  { values }: DeployedSecrets,
): readonly string[] {
  const [first] = eitherOf;
  const isMissing = first !== undefined && !eitherOf.some((setting) => setting in values);
  return [
    ...(isMissing
      ? [`source ${name}: no secret is set, so its webhooks are answered 500: ${toCommand(first)}`]
      : []),
    ...others
      .filter((setting) => !(setting in values))
      .map((setting) => `source ${name}: ${setting} is not set: ${toCommand(setting)}`),
    ...(inCode !== undefined && !isSet(inCode)
      ? [`source ${name}: its code has no secret here: add the setting that it reads to ${MORE}`]
      : []),
  ];
}

function warnOfTrigger(trigger: Trigger, { values }: DeployedSecrets): readonly string[] {
  return listSettings(trigger)
    .filter((setting) => !(setting in values))
    .map((setting) => `trigger ${trigger.name}: ${setting} is not set: ${toCommand(setting)}`);
}

function toCommand(setting: string): string {
  if (PARAMETER_SECRETS.includes(setting)) return `azd env set ${setting} …`;
  return `azd env set ${MORE} '{"${setting}":"…"}'`;
}

function listNames({ eitherOf, others }: SourceSecrets): readonly string[] {
  return [...eitherOf, ...others];
}

/** A value of the azd environment that no parameter takes. */
function isStranded(name: string, env: AzdEnvironment['env'], { values }: DeployedSecrets) {
  return !(name in values) && !PARAMETER_SECRETS.includes(name) && isSet(env[name]);
}

const URL_SETTINGS = ['urlSetting', 'webhookSetting'];

/** Lists the settings with secrets that a trigger's inputs name: of headers, and of URLs. */
function listSettings(trigger: unknown): readonly string[] {
  if (Array.isArray(trigger)) return trigger.flatMap(listSettings);
  if (!isJsonObject(trigger)) return [];
  return Object.entries(trigger).flatMap(([key, value]) => {
    if (key === 'headerSettings' && isJsonObject(value)) return Object.values(value).map(String);
    return URL_SETTINGS.includes(key) ? [String(value)] : listSettings(value);
  });
}
