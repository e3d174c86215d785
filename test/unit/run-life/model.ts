import { ALL, toListener } from './triggers.ts';

/** An event as it was sent. */
export interface Sent {
  readonly n: number;
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly at: number;
}

/** The time of a pause; without an end it lasts, or may last. */
interface Pause {
  readonly from: number;
  until?: number;
}

/** How late an instance may learn of another's change. */
const REFRESH_MS = 2000;

/** The requests made to the site from outside; it knows nothing of the implementation. */
export class Model {
  readonly events: Sent[] = [];
  /** Ids of runs that were asked to be cancelled. */
  readonly cancelled = new Set<string>();
  /** Ids of runs that were resubmitted. */
  readonly resubmitted = new Set<string>();
  /** Ids of runs that replays reported. */
  readonly replays = new Set<string>();
  readonly #pauses = new Map<string, Pause[]>();
  /** Types of events that are sent: a trigger's own, or the type of all. */
  readonly types: readonly string[];

  constructor(types: readonly string[]) {
    this.types = types;
  }

  /** Triggers that may be paused, resumed or asked about. */
  get triggers(): readonly string[] {
    const named = this.types.map((type) => (type === ALL ? 'plain' : type));
    return [...named, toListener('plain')];
  }

  keyOf(eventId: string): string {
    return this.events.find(({ id }) => id === eventId)?.key ?? '';
  }

  addEvent(type: string, key: string, at: number): Sent {
    const n = this.events.length + 1;
    const event = { n, id: `e${n}`, type, key, at };
    this.events.push(event);
    return event;
  }

  pause(trigger: string, from: number): void {
    const pauses = this.#pauses.get(trigger) ?? [];
    if (pauses.at(-1) === undefined || pauses.at(-1)?.until !== undefined) pauses.push({ from });
    this.#pauses.set(trigger, pauses);
  }

  resume(trigger: string, until: number): void {
    const pause = this.#pauses.get(trigger)?.at(-1);
    if (pause) pause.until ??= until;
  }

  get paused(): readonly string[] {
    const names = [...this.#pauses.keys()];
    return names.filter((name) => this.#pauses.get(name)?.at(-1)?.until === undefined);
  }

  /** Whether the trigger may have been paused at some time between the two. */
  wasPaused(trigger: string, from: number, to: number): boolean {
    const pauses = this.#pauses.get(trigger) ?? [];
    return pauses.some(
      (pause) => pause.from <= to && (pause.until ?? Number.POSITIVE_INFINITY) + REFRESH_MS >= from,
    );
  }
}
