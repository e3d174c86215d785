/** Settings that decide which functions are registered. */
export interface Mode {
  readonly isDispatching: boolean;
  /** Whether the Functions host delivers the queue's messages; otherwise the app does. */
  readonly isOnServiceBus: boolean;
  readonly storageQueues: readonly string[];
}

/** https://learn.microsoft.com/en-us/rest/api/storageservices/naming-queues-and-metadata */
export const QUEUE_NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Reads only the settings needed to register functions. The check of all settings is left out here,
 * since loading it takes as long as the library of functions. With faults in them the app does not
 * open.
 */
export function readMode(env: Readonly<Record<string, string | undefined>>): Mode {
  const read = (name: string) => env[name]?.trim() ?? '';
  const serviceBus = read('ServiceBus') + read('ServiceBus__fullyQualifiedNamespace');
  return {
    isDispatching: read('HEDDLE_DISPATCH') !== 'off',
    isOnServiceBus: serviceBus !== '',
    storageQueues: toList(read('HEDDLE_STORAGE_QUEUES')).filter((name) => QUEUE_NAME.test(name)),
  };
}

/** Splits a list separated by commas. */
export function toList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
