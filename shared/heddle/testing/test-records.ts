import { type EventDetail, toEventDetail } from '../api/events.ts';
import type { ReadSide } from '../api/list.ts';
import { toPlainJson } from '../domain/exact-json.ts';
import type { Run, RunStatus } from '../domain/run.ts';
import type { Clock } from '../ports/clock.ts';
import { EVENTS, RUNS } from '../ports/collections.ts';
import type { TestBackend } from './test-backend.ts';

/** Events and runs that a call has caused. */
export interface Caused {
  /** In the order in which they were recorded. */
  readonly events: readonly EventDetail[];
  /** In the order in which they were made. */
  readonly runs: readonly Run[];
}

const OPEN: readonly RunStatus[] = ['queued', 'running', 'waiting'];

/** Counts of recorded events and runs at one moment. */
export interface Mark {
  readonly events: number;
  readonly runs: number;
}

/**
 * Reads what the app has recorded, oldest first. What has expired is left out. Numbers are those
 * that code gets.
 */
export class TestRecords {
  readonly #backend: TestBackend;
  readonly #side: ReadSide;

  constructor(backend: TestBackend, clock: Clock) {
    this.#backend = backend;
    this.#side = { store: backend.store, clock };
  }

  mark(): Mark {
    const count = (collection: typeof EVENTS | typeof RUNS) =>
      this.#backend.created(collection).length;
    return { events: count(EVENTS), runs: count(RUNS) };
  }

  async since({ events, runs }: Mark): Promise<Caused> {
    return { events: await this.events(events), runs: await this.runs(runs) };
  }

  /** @param from number of events to skip */
  async events(from = 0): Promise<readonly EventDetail[]> {
    const found: EventDetail[] = [];
    for (const key of this.#backend.created(EVENTS).slice(from)) {
      const stored = await this.#backend.store.read(EVENTS, key);
      if (stored) found.push(toPlainJson(await toEventDetail(this.#side, stored.document)));
    }
    return found;
  }

  async areRunsEnded(): Promise<boolean> {
    const lists = OPEN.map((status) =>
      this.#backend.store.list(RUNS, { where: { status }, limit: 1 }),
    );
    return (await Promise.all(lists)).every(({ items }) => items.length === 0);
  }

  /** @param from number of runs to skip */
  async runs(from = 0): Promise<readonly Run[]> {
    const found: Run[] = [];
    for (const id of this.#backend.created(RUNS).slice(from)) {
      const stored = await this.#backend.store.read(RUNS, id);
      if (stored) found.push(toPlainJson(stored.document));
    }
    return found;
  }
}
