import type { Held } from '../../shared/heddle/domain/limits.ts';
import type { Trigger } from '../../shared/heddle/domain/trigger.ts';
import { createEvent } from './factories.ts';
import { createGate, deliver, type Gate } from './gated-actor.ts';
import { createWorld, toTriggers, type World } from './world.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

/** A world with one trigger, whose attempts run until the test ends them. */
export interface GatedScene {
  readonly gate: Gate;
  readonly world: World;
  /** Sends an event, and processes it as far as possible. */
  readonly send: (id: string, data?: object) => Promise<void>;
  /** Restarts with another definition of the trigger. */
  readonly rewrite: (written: Written) => void;
  /** Statuses of runs by event id. */
  readonly statuses: () => Promise<Record<string, string>>;
  readonly heldOf: (eventId: string) => Promise<Held | undefined>;
}

export function createGatedScene(written: Written): GatedScene {
  const gate = createGate();
  const toOne = (more: Written) => toTriggers({ name: 't', actor: 'gated', ...more });
  const world = createWorld(toOne(written), { gated: gate.actor });
  return {
    ...{ gate, world },
    async send(id, data = {}) {
      await world.send(createEvent({ id, data: { ...data }, fields: {} }));
      await deliver(world);
    },
    rewrite(more) {
      world.engine.catalogue.replace('base', toOne(more));
    },
    async statuses() {
      const runs = await world.runs();
      return Object.fromEntries(runs.map(({ eventId, status }) => [eventId, status]));
    },
    async heldOf(eventId) {
      const run = (await world.runs()).find((one) => one.eventId === eventId);
      return run?.status === 'queued' || run?.status === 'skipped' ? run.held : undefined;
    },
  };
}
