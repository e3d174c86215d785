import { warnOfSource } from './check-secrets.ts';
import type { DeployedSecrets } from './deployed-secrets.ts';
import type { SourceSecrets } from './source-secrets.ts';

/** Writes the address of each source and the state of its secret; never a secret. */
export function toWebhookLines(
  sources: readonly SourceSecrets[],
  secrets: DeployedSecrets,
  base: string,
): readonly string[] {
  const toAddress = ({ path }: SourceSecrets) => `${base}/${path}`;
  const used = sources.filter(({ isUsed }) => isUsed);
  const others = sources
    .filter(({ isUsed, eitherOf }) => !isUsed && !eitherOf.some((name) => name in secrets.values))
    .map(({ name }) => name);
  return [
    used.length === 0 ? 'No trigger has a source with a webhook.' : 'Webhooks:',
    ...used.flatMap((source) => [`  ${toAddress(source)}`, ...toState(source, secrets)]),
    ...(others.length === 0 ? [] : [`Also there, once they have a secret: ${others.join(', ')}.`]),
  ];
}

function toState(source: SourceSecrets, secrets: DeployedSecrets): readonly string[] {
  const faults = warnOfSource(source, secrets);
  if (faults.length > 0) return faults.map((fault) => `    ${fault}`);
  const set = source.eitherOf.filter((setting) => setting in secrets.values);
  return set.length === 0 ? [] : [`    signed with ${set.join(' or ')}, which is set`];
}
