import type { Outcome } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const REGIONS = 'az functionapp list-flexconsumption-locations --query "[].name" --output tsv';
const NETWORK = 'az provider register --namespace Microsoft.App --wait';

/** Says what the subscription must have, which only Azure knows and no template can ask for. */
export function checkSubscription(env: Environment): Outcome {
  const region = env.AZURE_LOCATION?.trim() || 'the region';
  const notes = [
    `not asked here: ${region} must be among ${REGIONS}`,
    ...(env.VNET_ENABLED?.trim() === 'true' ? [`VNET_ENABLED needs, once, ${NETWORK}`] : []),
  ];
  return { findings: [], summary: notes.join('; ') };
}
