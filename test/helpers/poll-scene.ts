import { Actor } from '../../shared/heddle/actors/actor.ts';
import type { Pollers } from '../../shared/heddle/actors/poller.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import type { PollRecord, PollState } from '../../shared/heddle/domain/ledger.ts';
import { POLL_RECORDS, POLL_STATES } from '../../shared/heddle/ports/collections.ts';
import { createWorld, toTriggers, type World } from './world.ts';

/** Returns its input as its output. */
class Echo extends Actor {
  execute({ _trigger_event: _about, fields: _fields, ...context }: JsonObject) {
    return context;
  }
}

export interface PollScene {
  readonly world: World;
  /** The time from which polls are counted. */
  readonly start: number;
  /** Enqueues the poll that is due this many seconds after the start. */
  sendPoll(trigger: string, second: number, again?: string): Promise<void>;
  /** Enqueues the poll, and handles it when it is due, with all its effects. */
  poll(trigger: string, second: number): Promise<void>;
  record(trigger: string): Promise<PollRecord | undefined>;
  state(trigger: string): Promise<PollState | undefined>;
  /** The inputs of a trigger's runs, in the order of their polls. */
  given(trigger: string): Promise<readonly unknown[]>;
}

/** Creates one trigger per poller, with the poller's name, unless triggers are given. */
export function createPollScene(
  pollers: Pollers,
  triggers: readonly object[] = Object.keys(pollers).map((name) => ({ name })),
): PollScene {
  const world = createWorld(toPolled(triggers), { echo: Echo }, { pollers });
  const start = world.clock.now();
  const read = async <T>(found: Promise<{ readonly document: T } | undefined>) =>
    (await found)?.document;
  const scene: PollScene = {
    ...{ world, start },
    async sendPoll(trigger, second, again = '') {
      const due = new Date(start + second * 1000).toISOString();
      const body = JSON.stringify({ kind: 'poll', trigger, due });
      const delayMs = Math.max(0, Date.parse(due) - world.clock.now());
      await world.queue.send([{ id: `poll:${trigger}:${due}:${again}`, body, delayMs }]);
    },
    async poll(trigger, second) {
      await scene.sendPoll(trigger, second);
      await world.clock.advance(start + second * 1000 - world.clock.now());
      while ((await world.work()) > 0);
    },
    record: (trigger) => read(world.store.read(POLL_RECORDS, trigger)),
    state: (trigger) => read(world.store.read(POLL_STATES, trigger)),
    async given(trigger) {
      const runs = await world.runs();
      const own = runs
        .filter((run) => run.trigger === trigger)
        .toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));
      return own.map((run) => (run.status === 'succeeded' ? run.output : run.status));
    },
  };
  return scene;
}

function toPolled(triggers: readonly object[]) {
  const all = triggers.map((trigger) => {
    const { name } = trigger as { readonly name: string };
    return { source: 'poll', actor: 'echo', poll: { poller: name }, ...trigger };
  });
  return toTriggers(...all);
}
