import type { ActorClass, Actors } from '../actors/actor.ts';
import { InvariantError, TerminalError } from '../errors/errors.ts';
import { createNeed } from '../errors/required-connection.ts';
import type { Connection } from '../ports/connection.ts';
import type { Part } from '../ports/health.ts';
import type { DepthProbe, Probes } from '../ports/probes.ts';
import type { MessageSink } from '../ports/sinks.ts';
import type { Connector, ConnectorClient, ConnectorCode } from './connector.ts';
import type { LentClients } from './lent-clients.ts';

/** A connector whose code is loaded. */
export type LoadedConnector = Connector & { readonly code: ConnectorCode };

export interface OpenConnectors {
  /** An actor for each connector with a sink. */
  readonly actors: Actors;
  readonly depth: Probes['depth'];
  /** The services of configured connectors, and the queues whose messages are events. */
  readonly parts: readonly Part[];
}

interface Opening {
  /** By kind; undefined where it is not configured. */
  readonly connections: Readonly<Record<string, Connection | undefined>>;
  /** Queues whose messages are events, by kind. Absent: none. */
  readonly queues?: Readonly<Record<string, readonly string[]>>;
  readonly lend: () => Promise<LentClients>;
}

const needSink = createNeed('sink_not_configured');
const needProbe = createNeed('probe_not_configured');

export function loadConnectors(listed: readonly Connector[]): Promise<readonly LoadedConnector[]> {
  return Promise.all(
    listed.map(async (connector) => ({ ...connector, code: await connector.load() })),
  );
}

/** Creates a client of each configured technology. None connects before it is used. */
export function openConnectors(
  loaded: readonly LoadedConnector[],
  { connections, queues = {}, lend }: Opening,
): OpenConnectors {
  const opened = loaded.map((connector) => {
    const connection = connections[connector.kind];
    const client = connection && connector.code.open(connection, lend);
    return { ...connector, client };
  });
  const probes = new Map(
    opened.flatMap((one) => (one.depth ? [[one.kind, toProbe(one)] as const] : [])),
  );
  return {
    actors: Object.fromEntries(
      opened.flatMap((one) => (one.sink ? [[one.sink.actor, toActor(one)] as const] : [])),
    ),
    parts: opened.flatMap((one) => toParts(one, queues[one.kind] ?? [])),
    async depth(kind, queue, options) {
      return findProbe(probes, kind).depth(queue, options);
    },
  };
}

type Opened = LoadedConnector & { readonly client: ConnectorClient | undefined };

function toActor({ kind, service, client, code }: Opened): ActorClass {
  if (!code.createActor) throw toHalf(kind, 'a sink', 'createActor');
  const sink: MessageSink<never, never> = {
    async send(target, message) {
      const opened = needSink(client, service);
      if (!opened.send) throw toHalf(kind, 'a sink', 'send');
      return opened.send(target, message) as Promise<never>;
    },
  };
  return code.createActor(sink);
}

function toParts({ kind, service, client }: Opened, queues: readonly string[]): readonly Part[] {
  const technology = service.name;
  const { ping } = client ?? {};
  const own = ping && { ask: (signal: AbortSignal) => ping.call(client, signal) };
  return [
    ...(own ? [{ name: kind, technology, isVital: false, ...own }] : []),
    ...queues.map((queue) => ({
      ...{ name: `${kind} ${queue}`, technology, isVital: false },
      ask: async (signal: AbortSignal) => void (await client?.depth?.(queue, { max: 1, signal })),
    })),
  ];
}

function toProbe({ kind, service, client }: Opened): DepthProbe {
  return {
    async depth(queue, options) {
      const opened = needProbe(client, service);
      if (!opened.depth) throw toHalf(kind, 'a depth', 'depth');
      return opened.depth(queue, options);
    },
  };
}

function findProbe(probes: ReadonlyMap<string, DepthProbe>, kind: string): DepthProbe {
  const probe = probes.get(kind);
  if (probe) return probe;
  throw new TerminalError(
    'probe_refused',
    `expected a connector whose queues can be counted (${[...probes.keys()].join(', ')}), received "${kind}": correct the poller`,
  );
}

function toHalf(kind: string, role: string, missing: string): InvariantError {
  return new InvariantError(`the connector ${kind} declares ${role}, and has no ${missing}`);
}
