import { dealOut, mayHaveMore, pickFairly } from '../../domain/fair-share.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Lanes } from '../../ports/lanes.ts';

/** How long a run waits in the process for a seat. Runs that end quickly cost no message then. */
const PATIENCE_MS = 100;
/** Delays of a run's message where the queue has no lanes. It is mostly called back before. */
const MIN_DELAY_MS = 5000;
const MAX_DELAY_MS = 30_000;
/** Limit of runs of a trigger that are called back; the others come when their messages are due. */
const MAX_LEFT = 1000;

export interface SeatOptions {
  /** Executions that the process makes at once. */
  readonly total: number;
  readonly clock: Clock;
  /** Whether the queue keeps the messages of a trigger apart. */
  readonly hasLanes: boolean;
}

/** Gives the seat back; called again it does nothing. */
export type Seat = () => void;

interface Asking {
  /** Sequence number of the message: a seat may be kept for it. */
  readonly sequence: number;
  /** The run waits for as long as it takes. */
  readonly isPatient?: boolean;
  /** The run goes before others of its trigger. */
  readonly isFirst?: boolean;
}

interface Candidate {
  readonly name: string;
  /** A run that waits here, the trigger's lane, or runs that have left. */
  readonly where: 'here' | 'lane' | 'left';
}

interface Standing {
  readonly name: string;
  readonly grant: (seat: Seat) => void;
}

/**
 * Shares the executions of a process fairly between triggers. Invariants:
 *
 * 1. A seat that becomes free goes to the trigger with the fewest seats of those that want one: to
 *    a run that waits here, or to the trigger's lane in the queue. Of those with as few, the one
 *    that was served longest ago is first.
 * 2. A run that waits here for long, while no seat of its trigger becomes free, is told that there
 *    is none: its message must not keep others of other triggers from being received. The next ones
 *    of its trigger are told at once, until a seat of it becomes free.
 * 3. The lane is not waited for where no execution is left whose end would let it be received.
 * 4. Where the queue has no lanes, a run that was told so leaves a delayed message. A seat that
 *    nobody takes here calls back the run that has left first.
 */
export class Seats implements Lanes {
  readonly #options: SeatOptions;
  readonly #held = new Map<string, number>();
  readonly #kept = new Map<number, Seat>();
  readonly #waiting = new Map<string, Standing[]>();
  /** Since when each trigger has given back no seat, although its runs wait. */
  readonly #stalled = new Map<string, number>();
  readonly #served = new Map<string, number>();
  /** Where the queue has no lanes: what calls the runs back that have left, by trigger. */
  readonly #left = new Map<string, (() => void)[]>();
  #due: ReadonlySet<string> = new Set();
  #count = 0;
  #onOpen: () => void = () => undefined;

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  /** @returns undefined: there is none now, and the run has to be left to a message of its own */
  take(name: string, asking: Asking): Seat | undefined | Promise<Seat | undefined> {
    const kept = this.#kept.get(asking.sequence);
    if (kept) {
      this.#kept.delete(asking.sequence);
      return kept;
    }
    if (this.#waiting.size === 0 && this.#due.size === 0 && mayHaveMore(this.#shared, name)) {
      return this.#hold(name);
    }
    if (!asking.isPatient && this.#stalled.has(name)) return undefined;
    return this.#wait(name, asking);
  }

  /** How long the message of a run that has found no seat is delayed. */
  toDelay(name: string): number {
    const { hasLanes, clock } = this.#options;
    if (hasLanes) return 0;
    const since = clock.now() - (this.#stalled.get(name) ?? clock.now());
    return Math.min(Math.max(since, MIN_DELAY_MS), MAX_DELAY_MS);
  }

  /** @param callBack called when a seat is free for the run, unless it has come by itself */
  noteLeft(name: string, callBack: () => void): void {
    if (this.#options.hasLanes) return;
    const line = this.#left.get(name) ?? [];
    this.#left.set(name, line);
    if (line.length < MAX_LEFT) line.push(callBack);
  }

  deal(lanes: readonly string[], max: number): ReadonlyMap<string, number> {
    const byService = lanes.toSorted(
      (a, b) => this.#servedAt(a, 'lane') - this.#servedAt(b, 'lane'),
    );
    return dealOut(this.#shared, byService, max);
  }

  keepSeat(lane: string, sequence: number): void {
    this.#note(lane, 'lane');
    this.#kept.set(sequence, this.#hold(lane));
  }

  dropSeat(sequence: number): void {
    const kept = this.#kept.get(sequence);
    this.#kept.delete(sequence);
    kept?.();
  }

  isOpen(lane: string): boolean {
    return mayHaveMore(this.#shared, lane);
  }

  noteDue(lanes: readonly string[]): void {
    this.#due = new Set(this.#options.hasLanes ? lanes : []);
    this.#serve();
  }

  listen(onOpen: () => void): void {
    this.#onOpen = onOpen;
  }

  get #shared() {
    return { total: this.#options.total, held: this.#held };
  }

  #hold(name: string): Seat {
    this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.#held.get(name) ?? 1) - 1;
      if (left > 0) this.#held.set(name, left);
      else this.#held.delete(name);
      this.#stalled.delete(name);
      this.#serve();
      this.#callBack();
    };
  }

  #wait(name: string, { isPatient = false, isFirst = false }: Asking): Promise<Seat | undefined> {
    const { promise, resolve } = Promise.withResolvers<Seat | undefined>();
    let cancel = () => {};
    const standing: Standing = {
      name,
      grant: (seat) => {
        cancel();
        resolve(seat);
      },
    };
    const line = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, line);
    if (isFirst) line.unshift(standing);
    else line.push(standing);
    const { clock } = this.#options;
    if (!isPatient) {
      cancel = clock.after(PATIENCE_MS, () => {
        this.#leave(standing);
        if (!this.#stalled.has(name)) this.#stalled.set(name, clock.now() - PATIENCE_MS);
        resolve(undefined);
      });
    }
    this.#serve();
    return promise;
  }

  #leave(standing: Standing): void {
    const { name } = standing;
    const line = (this.#waiting.get(name) ?? []).filter((one) => one !== standing);
    if (line.length > 0) this.#waiting.set(name, line);
    else this.#waiting.delete(name);
  }

  #serve(): void {
    for (;;) {
      const next = pickFairly(this.#shared, this.#listCandidates());
      if (!next) return;
      if (next.where === 'lane') {
        this.#onOpen();
        return;
      }
      const [standing] = this.#waiting.get(next.name) ?? [];
      if (!standing) return;
      this.#leave(standing);
      this.#note(next.name, 'here');
      standing.grant(this.#hold(next.name));
    }
  }

  /** The seat is not kept: the run may find it taken, and leaves again. */
  #callBack(): void {
    const names = [...this.#left.keys()].map((name) => ({ name, where: 'left' as const }));
    const next = pickFairly(this.#shared, names.toSorted(this.#byService));
    const line = next && this.#left.get(next.name);
    if (!next || !line) return;
    this.#note(next.name, next.where);
    const [callBack, ...others] = line;
    if (others.length > 0) this.#left.set(next.name, others);
    else this.#left.delete(next.name);
    callBack?.();
  }

  /** Those who want a seat, and were served longest ago, first. */
  #listCandidates() {
    const here = [...this.#waiting.keys()].map((name) => ({ name, where: 'here' as const }));
    // A lane is received when a delivery ends: where none will, nobody waits for it.
    const isMoving = this.#held.size > 0 || here.length === 0;
    const lanes = isMoving ? [...this.#due].map((name) => ({ name, where: 'lane' as const })) : [];
    return [...here, ...lanes].toSorted(this.#byService);
  }

  readonly #byService = (a: Candidate, b: Candidate): number =>
    this.#servedAt(a.name, a.where) - this.#servedAt(b.name, b.where);

  #servedAt(name: string, where: Candidate['where']): number {
    return this.#served.get(`${where}:${name}`) ?? 0;
  }

  /** Forgets who was served long ago: they are first then, as those that never were. */
  #note(name: string, where: Candidate['where']): void {
    const key = `${where}:${name}`;
    this.#served.delete(key);
    this.#served.set(key, ++this.#count);
    const [oldest] = this.#served.keys();
    if (this.#served.size > MAX_SERVED && oldest !== undefined) this.#served.delete(oldest);
  }
}

const MAX_SERVED = 10_000;
