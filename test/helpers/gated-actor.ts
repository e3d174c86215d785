import { setImmediate as turn } from 'node:timers/promises';
// Loaded beforehand, since lazy loading by the engine takes longer than any number of turns.
import '../../shared/heddle/triggers/schedules/fires.ts';
import '../../shared/heddle/triggers/inputs/group-keys.ts';
import '../../shared/heddle/triggers/inputs/inputs.ts';
import '../../shared/heddle/triggers/inputs/mapping.ts';
import '../../shared/heddle/triggers/items/items.ts';
import { Actor, type ActorClass } from '../../shared/heddle/actors/actor.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import type { World } from './world.ts';

interface Attempt {
  readonly eventId: string;
  readonly runId: string;
  readonly input: JsonObject;
  readonly signal: AbortSignal;
  end(error?: Error): void;
}

/** Attempts that run until the test ends them, or until they are asked to end. */
export interface Gate {
  readonly actor: ActorClass;
  /** Events of running attempts, in the order of their start. */
  running(): readonly string[];
  /** Events of all attempts started so far. */
  readonly begun: readonly string[];
  readonly inputs: readonly JsonObject[];
  end(eventId: string, error?: Error): Promise<void>;
}

export function createGate(): Gate {
  const attempts = new Set<Attempt>();
  const begun: string[] = [];
  const inputs: JsonObject[] = [];
  class Gated extends Actor {
    async execute(input: JsonObject): Promise<void> {
      const { signal, runId, triggerContext } = this.context;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const end = (error?: Error) => (error ? reject(error) : resolve());
      const attempt = { eventId: triggerContext.eventId, runId, input, signal, end };
      attempts.add(attempt);
      begun.push(attempt.eventId);
      inputs.push(input);
      signal.addEventListener('abort', () => reject(signal.reason));
      await promise.finally(() => attempts.delete(attempt));
    }
  }
  return {
    ...{ actor: Gated, begun, inputs },
    running: () => [...attempts].map(({ eventId }) => eventId),
    async end(eventId, error) {
      for (const attempt of attempts) if (attempt.eventId === eventId) attempt.end(error);
      await settle();
    },
  };
}

/** Lets all work proceed as far as it can without time passing; the store answers within turns. */
export async function settle(): Promise<void> {
  for (let count = 0; count < 200; count++) await turn();
}

/** Delivers due messages, round after round, and leaves running attempts alone. */
export async function deliver(world: World): Promise<void> {
  for (let round = 0; round < 8; round++) {
    world.work().catch(() => undefined);
    await settle();
  }
}
