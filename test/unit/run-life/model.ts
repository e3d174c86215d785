import { ALL, toListener } from './triggers.ts';

/** An event as it was sent. */
export interface Sent {
  readonly n: number;
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly at: number;
}

/** When a trigger was paused; without an end it still is, or may be. */
interface Pause {
  readonly from: number;
  until?: number;
}

/** An instance knows what another has changed so late. */
const REFRESH_MS = 2000;

/** What was asked of the site, from outside: it knows nothing of how it is done. */
export class Model {
  readonly events: Sent[] = [];
  /** Ids of runs that somebody has asked to cancel. */
  readonly cancelled = new Set<string>();
  /** Ids of runs that somebody has resubmitted. */
  readonly resubmitted = new Set<string>();
  /** Ids of the runs that replays were said to have made. */
  readonly replays = new Set<string>();
  readonly #pauses = new Map<string, Pause[]>();
  /** Types of events that are sent: a trigger's own, or that of all. */
  readonly types: readonly string[];

  constructor(types: readonly string[]) {
    this.types = types;
  }

  /** Of which something is asked. */
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

  /** Whether the trigger was paused at some time between the two, as far as anybody knew. */
  wasPaused(trigger: string, from: number, to: number): boolean {
    const pauses = this.#pauses.get(trigger) ?? [];
    return pauses.some(
      (pause) => pause.from <= to && (pause.until ?? Number.POSITIVE_INFINITY) + REFRESH_MS >= from,
    );
  }
}
