import type { Config } from '../config/config.ts';
import type { Logger } from '../ports/logger.ts';
import type { AssembledApp } from './assemble-app.ts';
import type { Definitions } from './read-definitions.ts';
import { tellDisabledSources, warnOfUnverifiedSources } from './running-sources.ts';

interface Read {
  readonly config: Config;
  readonly own: Pick<AssembledApp, 'faults'>;
  readonly definitions: Pick<Definitions, 'faults' | 'warnings' | 'sources' | 'triggers'>;
}

/**
 * Logs what is wrong, or may be, with an app, its definitions and its settings.
 * @returns what is wrong
 */
export function warnOfFaults(
  logger: Pick<Logger, 'warn'>,
  { config, own, definitions }: Read,
): readonly string[] {
  const { settingFaults } = config;
  const faults = [...own.faults, ...definitions.faults, ...settingFaults, ...toAzureFaults(config)];
  const { sources, triggers, warnings } = definitions;
  const hints = [
    ...warnings,
    ...warnOfUnverifiedSources(sources),
    ...tellDisabledSources(sources, triggers),
  ];
  for (const reason of [...faults, ...hints]) logger.warn(reason);
  return faults;
}

function toAzureFaults({ isAzure, azure }: Config): readonly string[] {
  if (!isAzure || azure.backend) return [];
  return ['no Service Bus connection: events are kept on the disk of this instance alone'];
}
