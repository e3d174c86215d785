import type { ActorContext } from '../../shared/heddle/actors/actor.ts';
import { createSinkActors, type SinkParts } from '../../shared/heddle/actors/sinks/sink-actors.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import type { Sinks } from '../../shared/heddle/ports/sinks.ts';
import { createRecordingLogger } from './factories.ts';

export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Records sends in order: the method's name and its arguments. */
export interface RecordingSinks extends Sinks {
  readonly sent: unknown[];
}

export function createRecordingSinks(): RecordingSinks {
  const sent: unknown[] = [];
  return {
    sent,
    async sendToServiceBus(...args) {
      sent.push(['sendToServiceBus', ...args]);
    },
    async sendToStorageQueue(...args) {
      sent.push(['sendToStorageQueue', ...args]);
      return 'message-1';
    },
    async sendToWebPubSub(...args) {
      sent.push(['sendToWebPubSub', ...args]);
    },
    createWebPubSubUrl: async () => 'wss://hub.example',
  };
}

export interface SinkScene {
  /** Runs an actor as an attempt does, including the check of its input. */
  run(actor: string, input: JsonObject, signal?: AbortSignal): Promise<unknown>;
  /** Explains why an input is invalid. */
  findFaults(actor: string, input: JsonObject): readonly string[];
  readonly names: readonly string[];
}

export function createSinkScene(parts: Partial<SinkParts>): SinkScene {
  const actors = createSinkActors({
    sinks: createRecordingSinks(),
    http: { send: () => Promise.reject(new Error('no request is expected here')) },
    readSecret: () => ({ value: '' }),
    ...parts,
  });
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

function createContext(signal: AbortSignal): ActorContext {
  return {
    triggerContext: {
      ...{ eventId: 'delivery-1', eventType: 'push', source: 'github', verified: true },
      ...{ receivedAt: '2026-01-01T00:00:00.000Z', triggerName: 'a-trigger' },
      ...{ attempt: 1, isReplay: false },
    },
    ...{ runId: 'run-1', idempotencyKey: 'run-1', signal, logger: createRecordingLogger() },
    traceparent: TRACEPARENT,
    emit: () => Promise.reject(new Error('no event is expected here')),
  };
}
