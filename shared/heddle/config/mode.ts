/** What decides which functions there are. */
export interface Mode {
  readonly isDispatching: boolean;
  /** Whether the Functions host delivers the queue's messages; otherwise the app does itself. */
  readonly isOnServiceBus: boolean;
  readonly storageQueues: readonly string[];
}

/** https://learn.microsoft.com/en-us/rest/api/storageservices/naming-queues-and-metadata */
export const QUEUE_NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Only what must be known to register functions, and so without what checks all the settings, which
 * takes as long to load as the library of functions. Where they have faults the app does not open.
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

/** By commas. */
export function toList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
