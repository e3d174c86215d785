import { sourceConnectors } from '../connectors/connectors.ts';

/** Settings that decide which functions are registered. */
export interface Mode {
  readonly isDispatching: boolean;
  /** Whether the Functions host delivers the queue's messages; otherwise the app does. */
  readonly isOnServiceBus: boolean;
  /** Whether the Functions host forwards HTTP requests, so that their bodies may come in chunks. */
  readonly isStreaming: boolean;
  /** Queues whose messages are events, by the kind of their connector. */
  readonly queues: Readonly<Record<string, readonly string[]>>;
}

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
    isStreaming: read('HEDDLE_HTTP_STREAM') === 'on',
    queues: Object.fromEntries(
      sourceConnectors.map(({ kind, source }) => [
        kind,
        toList(read(source.setting)).filter((name) => source.queues.pattern.test(name)),
      ]),
    ),
  };
}

/** Splits a list separated by commas. */
export function toList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
