import type { ActorContext, Actors } from '../../shared/heddle/actors/actor.ts';
import { createSinkActors, type SinkParts } from '../../shared/heddle/actors/sinks/sink-actors.ts';
import {
  type LoadedConnector,
  openConnectors,
} from '../../shared/heddle/connectors/open-connectors.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import { loadedConnectors } from './connectors.ts';
import { createRecordingLogger } from './factories.ts';

export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Records sends in order: the connector, or web-pubsub, and the arguments. */
export interface RecordingSinks {
  readonly sent: unknown[];
  send(kind: string, target: unknown, message: unknown): Promise<unknown>;
}

export function createRecordingSinks(): RecordingSinks {
  const sent: unknown[] = [];
  return {
    sent,
    async send(...args) {
      sent.push(args);
      return 'message-1';
    },
  };
}

export interface SinkScene {
  /** Runs an actor as an attempt does, including the check of its input. */
  run(actor: string, input: JsonObject, signal?: AbortSignal): Promise<unknown>;
  /** Explains why an input is invalid. */
  findFaults(actor: string, input: JsonObject): readonly string[];
  readonly names: readonly string[];
}

interface SinkSceneParts extends Partial<Omit<SinkParts, 'liveClients'>> {
  readonly sinks?: RecordingSinks;
  /** Actors of connectors, in place of those that send to `sinks`. */
  readonly queueActors?: Actors;
}

export function createSinkScene({
  sinks = createRecordingSinks(),
  queueActors = createQueueActors(sinks),
  ...parts
}: SinkSceneParts): SinkScene {
  const general = createSinkActors({
    liveClients: { send: async (...args) => void (await sinks.send('web-pubsub', ...args)) },
    http: { send: () => Promise.reject(new Error('no request is expected here')) },
    readSecret: () => ({ value: '' }),
    ...parts,
  });
  const actors: Actors = { ...general, ...queueActors };
  const parse = (name: string, input: JsonObject) => actors[name]?.input?.safeParse(input);
  return {
    names: Object.keys(actors),
    findFaults: (name, input) =>
      parse(name, input)?.error?.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.join('.')}: ${message}`,
      ) ?? [],
    async run(name, input, signal = new AbortController().signal) {
      const Class = actors[name];
      const parsed = parse(name, input);
      if (!Class || !parsed?.success) throw new Error(`${name} does not take the input`);
      const state = { get: () => ({}), patch: () => undefined, save: async () => undefined };
      return new Class(createContext(signal), state).execute(parsed.data as never);
    },
  };
}

/** Creates the actors of all connectors, with clients that record. */
function createQueueActors(sinks: RecordingSinks): Actors {
  const recording = loadedConnectors.map(({ code, ...connector }): LoadedConnector => {
    const send = (...args: [string, unknown]) => sinks.send(connector.kind, ...args);
    return { ...connector, code: { ...code, open: () => ({ send }) } };
  });
  const connections = Object.fromEntries(
    loadedConnectors.map(({ kind }) => [kind, { kind: 'string' as const, value: 'recording' }]),
  );
  const lend = () => Promise.reject(new Error('nothing is lent here'));
  return openConnectors(recording, { connections, lend }).actors;
}

function createContext(signal: AbortSignal): ActorContext {
  return {
    triggerContext: {
      ...{ eventId: 'delivery-1', eventType: 'push', source: 'github', verified: true },
      ...{ receivedAt: '2026-01-01T00:00:00.000Z', triggerName: 'a-trigger' },
      ...{ attempt: 1, isReplay: false, rawJson: () => '{}' },
    },
    ...{ runId: 'run-1', idempotencyKey: 'run-1', signal, logger: createRecordingLogger() },
    traceparent: TRACEPARENT,
    emit: () => Promise.reject(new Error('no event is expected here')),
  };
}
