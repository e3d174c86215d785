import { resolveSettings } from '../settings/resolve-settings.ts';
import type { Binding } from '../worker/core-types.ts';
import type { ServiceBusOptions } from './service-bus-options.ts';

export interface ServiceBusBinding {
  /** For example `orders` or `orders/$deadletterqueue`. */
  readonly queueName: string;
  readonly isSessionsEnabled: boolean;
  readonly isBatch: boolean;
  readonly dataType: 'string' | 'binary' | undefined;
  readonly autoComplete: boolean;
}

/** Throws for options that this host does not support. */
export function parseServiceBusBinding(
  trigger: Binding,
  options: Pick<ServiceBusOptions, 'autoCompleteMessages'>,
  env: NodeJS.ProcessEnv,
): ServiceBusBinding {
  if (trigger.topicName !== undefined || trigger.subscriptionName !== undefined) {
    throw new Error('The local host has no Service Bus topics: use a queue (queueName).');
  }
  const queueName = resolveSettings(String(trigger.queueName ?? ''), env);
  if (!queueName) throw new Error('It names no queue: give queueName.');
  const { autoCompleteMessages } = trigger;
  return {
    queueName,
    isSessionsEnabled: trigger.isSessionsEnabled === true,
    isBatch: String(trigger.cardinality).toLowerCase() === 'many',
    dataType: toDataType(trigger.dataType),
    autoComplete:
      typeof autoCompleteMessages === 'boolean'
        ? autoCompleteMessages
        : options.autoCompleteMessages,
  };
}

function toDataType(value: unknown): ServiceBusBinding['dataType'] {
  if (value === undefined || value === null) return undefined;
  const name = String(value).toLowerCase();
  if (name === 'string' || name === 'binary') return name;
  throw new Error(`dataType must be "string" or "binary"; found ${JSON.stringify(value)}.`);
}
