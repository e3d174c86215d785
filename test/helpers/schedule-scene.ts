import { Actor } from '../../shared/heddle/actors/actor.ts';
import type { Ledger } from '../../shared/heddle/domain/ledger.ts';
import { Ticker } from '../../shared/heddle/pipeline/schedules/ticker.ts';
import { LEDGERS } from '../../shared/heddle/ports/collections.ts';
import { createCatalogue } from './catalogue.ts';
import { createWorld, toTriggers, type World, type WorldParts } from './world.ts';

const TICK_EVERY_SECONDS = 15;

export interface Fired {
  readonly name: string;
  /** For example `00:01:00`. */
  readonly scheduled: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Milliseconds from the scheduled time to the actor's start. */
  readonly lag: number;
}

export interface ScheduleScene extends World {
  /** The runs of the actor `note`, in order. */
  readonly fired: readonly Fired[];
  /** The scheduled times of one trigger's runs: `00:01:00`. */
  times(name: string): readonly string[];
  /** Runs the app for this long: messages are handled when due, and ticks come every 15 s. */
  live(seconds: number): Promise<void>;
  /** Stops everything for this long; the next process has no memory of before. */
  down(seconds: number): Promise<void>;
  /** Starts another process, with triggers that may have changed. */
  restart(triggers?: readonly object[]): void;
  /** Deletes the messages that are due now, as if somebody had emptied the queue. */
  lose(): Promise<number>;
  ledger(name: string): Promise<Ledger | undefined>;
  ticker(): Ticker;
}

/** Schedules that run the actor `note`, on a clock that starts at midnight of 2026-01-01. */
export function createScheduleScene(
  given: readonly object[],
  parts: WorldParts = {},
): ScheduleScene {
  const fired: Fired[] = [];
  class Note extends Actor {
    override execute(input: Readonly<Record<string, unknown>>): void {
      const { eventType } = this.context.triggerContext;
      const time = String(input.scheduledTime);
      const lag = world.clock.now() - Date.parse(time);
      fired.push({ name: eventType, scheduled: time.slice(11, 19), input, lag });
    }
  }
  const actors = { note: Note };
  const world = createWorld(toSchedules(given), actors, parts);
  let ticker = new Ticker(world.engine);
  let second = 0;

  async function live(seconds: number): Promise<void> {
    for (let end = second + seconds; second < end; second++) {
      if (second % TICK_EVERY_SECONDS === 0) await ticker.tick();
      while ((await world.work()) > 0);
      await world.clock.advance(1000);
    }
  }

  function restart(triggers?: readonly object[]): void {
    const written = triggers && toSchedules(triggers);
    if (written) Object.assign(world.engine, { catalogue: createCatalogue(written) });
    ticker = new Ticker(world.engine);
    second = 0;
  }

  return {
    ...{ ...world, fired, live, restart },
    times: (name) => fired.filter((one) => one.name === name).map(({ scheduled }) => scheduled),
    async down(seconds) {
      await world.clock.advance(seconds * 1000);
      restart();
    },
    async lose() {
      const messages = await world.queue.receive(1000);
      for (const message of messages) await world.queue.complete(message);
      return messages.length;
    },
    ledger: async (name) => (await world.store.read(LEDGERS, name))?.document,
    ticker: () => ticker,
  };
}

function toSchedules(given: readonly object[]) {
  return toTriggers(...given.map((one) => ({ source: 'schedule', actor: 'note', ...one })));
}
