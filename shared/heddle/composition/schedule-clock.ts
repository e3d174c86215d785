import { findBehind, readBacklogs } from '../api/backlog.ts';
import { findFailure, findLateness, SCHEDULING_OFF } from '../api/schedule-state.ts';
import type { Config } from '../config/config.ts';
import type { Ledger, PollRecord } from '../domain/ledger.ts';
import { type Engine, type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import { keepTicking, Ticker } from '../pipeline/schedules/index.ts';
import type { Backend } from '../ports/backend.ts';
import { LEDGERS, POLL_RECORDS, TICKS } from '../ports/collections.ts';
import type { Collection, Document } from '../ports/document-store.ts';

/** Drives schedules, and reports their faults. */
export interface ScheduleClock {
  /** Plans what is due. Never rejects. */
  tick(): Promise<void>;
  /** The faults that `/health` shows. */
  findFaults(): Promise<readonly string[]>;
  /** When schedules were last looked at, as far as `findFaults` has found. ISO 8601, UTC. */
  lastTick(): string | undefined;
  /** Resolves when no tick is in progress. */
  stop(): Promise<void>;
}

/** Does nothing: an instance that does not dispatch leaves schedules to those that do. */
const NONE: ScheduleClock = {
  tick: async () => {},
  findFaults: async () => [],
  lastTick: () => undefined,
  stop: async () => {},
};

/**
 * Starts schedules. The app ticks where it drives its queue; otherwise the host's timer does. In
 * both cases one tick runs at the start, so that new deployments begin at once.
 */
export function startSchedules(
  { isDispatching }: Pick<Config, 'isDispatching'>,
  backend: Pick<Backend, 'drive'>,
  engine: LiveEngine,
): ScheduleClock {
  if (!isDispatching) return NONE;
  if (engine.isScheduling === false) {
    engine.logger.warn(`${SCHEDULING_OFF}: schedules and polls stand still, all else runs`);
    return { ...NONE, findFaults: async () => findStandstill(engine) };
  }
  const ticker = new Ticker(engine);
  const watch = new ScheduleWatch(engine);
  const stop = backend.drive ? keepTicking(ticker, engine.clock) : () => ticker.ended();
  void ticker.tick();
  return {
    ...{ stop, tick: () => ticker.tick() },
    ...{ findFaults: () => watch.findFaults(), lastTick: () => watch.lastTick },
  };
}

function findStandstill(engine: LiveEngine): readonly string[] {
  const { timed } = withSnapshot(engine).triggers;
  return timed.length === 0 ? [] : [`${SCHEDULING_OFF}: schedules and polls stand still`];
}

/** A fire later than this is a fault in `/health`. */
const LATE_MS = 120_000;
/** Ticks come every few seconds, or every minute in Azure. */
const NO_TICK_MS = 180_000;
/** Faults are cached for this long. */
const CHECK_EVERY_MS = 5000;
const MAX_SHOWN = 10;
const PAGE = 1000;

/** Finds faults of schedules from what all instances have recorded. */
export class ScheduleWatch {
  readonly #engine: LiveEngine;
  readonly #openedAt: number;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #faults: readonly string[] = [];
  #lastTick: string | undefined;

  constructor(engine: LiveEngine) {
    this.#engine = engine;
    this.#openedAt = engine.clock.now();
  }

  get lastTick(): string | undefined {
    return this.#lastTick;
  }

  async findFaults(): Promise<readonly string[]> {
    const engine = withSnapshot(this.#engine);
    const { triggers, clock } = engine;
    if (triggers.timed.length === 0) return [];
    if (clock.now() - this.#checkedAt < CHECK_EVERY_MS) return this.#faults;
    try {
      this.#faults = await this.#check(engine);
      this.#checkedAt = clock.now();
      return this.#faults;
    } catch {
      return ['the store does not answer'];
    }
  }

  async #check(engine: Engine): Promise<readonly string[]> {
    const { store, clock } = engine;
    const mark = await store.read(TICKS, 'tick');
    this.#lastTick = mark?.document.updatedAt;
    const now = clock.now();
    const tickedAt = Math.max(this.#openedAt, Date.parse(mark?.document.updatedAt ?? '') || 0);
    if (now - tickedAt > NO_TICK_MS) {
      const minutes = Math.floor((now - tickedAt) / 60_000);
      return [`no schedule has been looked at for ${minutes} minutes: the timer does not fire`];
    }
    const ledgers = await this.#readAll(LEDGERS);
    const late = ledgers.flatMap((ledger) => toFault(engine, ledger, now));
    return [
      ...toShown(late, 'schedules are late'),
      ...toShown(await this.#findFailing(engine), 'pollers are failing'),
      ...toShown(await this.#findBehind(engine), 'schedules are behind'),
    ];
  }

  async #findBehind(engine: Engine): Promise<readonly string[]> {
    const { triggers, states, store } = engine;
    const scheduled = triggers.timed.filter(({ schedule }) => schedule);
    if (scheduled.length === 0) return [];
    await states.refresh();
    const backlogs = await readBacklogs(store);
    return scheduled.flatMap(({ name }) => {
      // What a pause holds is an operator's doing.
      const behind = states.of(name) ? undefined : findBehind(backlogs.of(name));
      if (behind === undefined) return [];
      return [`schedule ${name} is behind: ${behind}; see /api/v1/schedules/${name}`];
    });
  }

  async #findFailing(engine: Engine): Promise<readonly string[]> {
    const { triggers, states } = engine;
    if (!triggers.timed.some(({ poll }) => poll)) return [];
    // Paused pollers are not reported: an operator has paused them.
    await states.refresh();
    const records = await this.#readAll(POLL_RECORDS);
    return records.flatMap((record) => toFailing(engine, record));
  }

  async #readAll<T extends Document>(collection: Collection<T>): Promise<readonly T[]> {
    const found: T[] = [];
    let more = {};
    for (;;) {
      const page = await this.#engine.store.list(collection, { limit: PAGE, ...more });
      found.push(...page.items);
      if (page.continuation === undefined) return found;
      more = { continuation: page.continuation };
    }
  }
}

type Known = Pick<Engine, 'triggers' | 'states'>;

/** False where the record's trigger is gone or disabled since. */
function isOn({ triggers }: Pick<Known, 'triggers'>, name: string): boolean {
  const trigger = triggers.get(name);
  return Boolean(trigger?.enabled && (trigger.schedule ?? trigger.poll)?.enabled);
}

function toFailing(known: Known, record: PollRecord): readonly string[] {
  const { id } = record;
  const isPolled = isOn(known, id) && known.triggers.get(id)?.poll;
  const failure = isPolled && !known.states.of(id) ? findFailure(record) : undefined;
  return failure === undefined ? [] : [`poller ${id} has ${failure}; see /api/v1/schedules/${id}`];
}

function toFault(known: Pick<Known, 'triggers'>, ledger: Ledger, now: number): readonly string[] {
  if (!isOn(known, ledger.id)) return [];
  const see = `see /api/v1/schedules/${ledger.id}`;
  if (ledger.error !== undefined) return [`schedule ${ledger.id} cannot be planned; ${see}`];
  const late = findLateness(ledger, now, LATE_MS);
  return late === undefined ? [] : [`schedule ${ledger.id} is late: ${late}; ${see}`];
}

function toShown(faults: readonly string[], what: string): readonly string[] {
  const more = faults.length - MAX_SHOWN;
  const rest = more > 0 ? [`${more} more ${what}: see /api/v1/schedules`] : [];
  return [...faults.slice(0, MAX_SHOWN), ...rest];
}
