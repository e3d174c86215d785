import { Actor, type Actors } from '../../shared/heddle/actors/actor.ts';
import type { Event } from '../../shared/heddle/domain/event.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import { RejectedError, TerminalError } from '../../shared/heddle/errors/errors.ts';
import { createEvent } from './factories.ts';
import { createMatchTools } from './match-tools.ts';
import { createWorld, toTriggers, type World } from './world.ts';

export interface Execution {
  readonly eventId: string;
  readonly trigger: string;
  readonly isReplay: boolean;
  readonly input: JsonObject;
}

/** An actor that records its executions, and fails while it is broken. */
export interface ReplayScene {
  readonly world: World;
  readonly executions: Execution[];
  isBroken: boolean;
  /** Takes in an event now, and processes it. */
  take(id: string, overrides?: Partial<Event>): Promise<void>;
  /** Replaces all triggers. */
  define(...triggers: readonly object[]): void;
  /** Delivers due messages until there are none, without time passing. */
  deliver(): Promise<void>;
  replays(): Promise<readonly Run[]>;
  runOf(eventId: string): Promise<Run>;
}

export function createReplayScene(
  triggers: readonly object[] = [{ name: 't' }],
  actors: Actors = {},
): ReplayScene {
  const executions: Execution[] = [];
  class Recording extends Actor {
    execute(input: JsonObject): string {
      const { eventId, triggerName: trigger, isReplay } = this.context.triggerContext;
      executions.push({ eventId, trigger, isReplay, input });
      if (scene.isBroken) throw new TerminalError('what it calls is down');
      return 'done';
    }
  }
  const parse = (written: readonly object[]) =>
    toTriggers(...written.map((trigger) => ({ actor: 'recording', ...trigger })));
  const world = createWorld(parse(triggers), { recording: Recording, ...actors });
  const scene: ReplayScene = {
    ...{ world, executions, isBroken: false },
    async take(id, overrides = {}) {
      const receivedAt = new Date(world.clock.now()).toISOString();
      await world.send(createEvent({ id, type: 'push', receivedAt, ...overrides }));
      await scene.deliver();
      await world.clock.advance(1);
    },
    define(...written) {
      world.engine.catalogue.replace('base', parse(written), createMatchTools());
    },
    async deliver() {
      while ((await world.work()) > 0);
    },
    replays: async () => (await world.runs()).filter(({ isReplay }) => isReplay),
    async runOf(eventId) {
      const runs = await world.runs();
      const found = runs.find((run) => run.eventId === eventId && !run.isReplay);
      if (!found) throw new Error(`expected a run of event ${eventId}`);
      return found;
    },
  };
  return scene;
}

export const rejectedWith = (status: number, code: string) => (error: unknown) =>
  error instanceof RejectedError && error.status === status && error.code === code;
