import type { ActorClass } from '../actors/actor.ts';
import type { ConfiguredService } from '../errors/required-connection.ts';
import type { Connection } from '../ports/connection.ts';
import type { DepthProbe, DepthTarget } from '../ports/probes.ts';
import type { MessageSink } from '../ports/sinks.ts';
import type { SourceEvent } from '../sources/source.ts';
import type { LentClients } from './lent-clients.ts';

/**
 * A queue technology as a source, as a sink and as a depth that pollers watch. It is declared
 * without code, since functions and settings are made of it at each cold start.
 */
export interface Connector {
  /** The name of its folder. */
  readonly kind: string;
  /** The technology, in a line. */
  readonly description: string;
  /** The service and its connection settings. */
  readonly service: ConfiguredService;
  /** Absent: its messages do not become events. */
  readonly source?: ConnectorSource;
  /** Absent: no actor sends to it. */
  readonly sink?: ConnectorSink;
  /** Absent: poller `queue-depth` does not watch its queues. */
  readonly depth?: Omit<DepthTarget, 'connector' | 'title'>;
  /** Loads the rest, once functions are registered. */
  load(): Promise<ConnectorCode>;
}

export interface ConnectorSource {
  /** The source's name, which triggers use. Its events are of the type of their queue. */
  readonly name: string;
  /** Says in a few words where its events come from, for the schema of triggers files. */
  readonly description: string;
  /** App setting that lists the queues, separated by commas. */
  readonly setting: string;
  readonly queues: {
    readonly pattern: RegExp;
    /** Complete an error: `is no name of a storage queue (3 to 63 …)`. */
    readonly noun: string;
    readonly rule: string;
  };
  /** The function of the Functions host that receives the messages of a queue. */
  toFunction(queue: string): HostFunction;
}

export interface ConnectorSink {
  /** The name of the built-in actor that sends. */
  readonly actor: string;
}

export interface HostFunction {
  readonly name: string;
  /** A binding, as in a function.json. */
  readonly trigger: { readonly type: string; readonly [option: string]: unknown };
}

/** A message as the Functions host delivers it. */
export interface QueueDelivery {
  readonly queue: string;
  readonly body: unknown;
  /** The trigger's metadata. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The part of a connector that works. */
export interface ConnectorCode {
  /** Creates the client of the process. It loads its library and connects at its first call. */
  open(connection: Connection, lend: () => Promise<LentClients>): ConnectorClient;
  /** Creates the actor of a connector with a sink. */
  createActor?(sink: MessageSink<never, never>): ActorClass;
  /** Converts a message of a connector with a source. Never throws. */
  toEvent?(delivery: QueueDelivery): SourceEvent;
}

/** A client has what its connector is: a sink, a depth or both. */
export type ConnectorClient = Partial<MessageSink<never, unknown> & DepthProbe> & {
  /** Rejects where the service does not answer. Absent: the app's own adapter asks it. */
  ping?(signal: AbortSignal): Promise<void>;
};
