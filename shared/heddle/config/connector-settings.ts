import { z } from 'zod';
import type { SourceConnector } from '../connectors/connectors.ts';
import { connectors, sourceConnectors } from '../connectors/connectors.ts';
import type { Connection } from '../ports/connection.ts';
import { toList } from './mode.ts';
import { readConnection } from './read-connection.ts';

const text = z.string().trim().default('');

/** Settings of every connector: its connection, by string or by identity, and its queues. */
export const connectorSettings: Readonly<Record<string, typeof text>> = Object.fromEntries([
  ...connectors.flatMap(({ service: { setting, endpoint } }) =>
    [setting, endpoint, `${setting}__credential`, `${setting}__clientId`].map((name) => [
      name,
      text,
    ]),
  ),
  ...sourceConnectors.map(({ source }) => [source.setting, text]),
]);

/** Values of these settings hold keys. */
export const CONNECTION_STRINGS = connectors.map(({ service }) => service.setting);

export interface ConnectorConfig {
  /** By kind; undefined where it is not configured. */
  readonly connections: Readonly<Record<string, Connection | undefined>>;
  /** Queues whose messages are events, by kind. */
  readonly queues: Readonly<Record<string, readonly string[]>>;
  readonly faults: readonly string[];
}

export function readConnectors(settings: Readonly<Record<string, string>>): ConnectorConfig {
  const connections = Object.fromEntries(
    connectors.map(({ kind, service }) => [kind, readConnection(settings, service)]),
  );
  const queues = Object.fromEntries(
    sourceConnectors.map(({ kind, source }) => [kind, toList(settings[source.setting] ?? '')]),
  );
  const faults = sourceConnectors.flatMap((connector) => {
    const { kind } = connector;
    return findFaults(connector, queues[kind] ?? [], connections[kind]);
  });
  return { connections, queues, faults };
}

function findFaults(
  { service, source }: SourceConnector,
  queues: readonly string[],
  connection: Connection | undefined,
): readonly string[] {
  const { pattern, noun, rule } = source.queues;
  const rest = service.endpoint.slice(service.setting.length);
  return [
    ...queues
      .filter((name) => !pattern.test(name))
      .map((name) => `${source.setting}: "${name}" is no name of ${noun} (${rule})`),
    ...(queues.length > 0 && !connection
      ? [`${source.setting}: needs ${service.setting}, or its ${rest}`]
      : []),
  ];
}
