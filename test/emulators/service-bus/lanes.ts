import type { QueueMessage } from './message.ts';
import { Ordered } from './ordered.ts';

/** Due messages in order, separate for each session. */
export class Lanes<Content> {
  readonly #bySession: boolean;
  readonly #lanes = new Map<string, Ordered<QueueMessage<Content>>>();

  constructor(bySession: boolean) {
    this.#bySession = bySession;
  }

  put(message: QueueMessage<Content>): void {
    const key = this.#key(message.sessionId);
    const lane = this.#lanes.get(key) ?? new Ordered((member) => member.sequence);
    this.#lanes.set(key, lane);
    lane.put(message);
  }

  take(sessionId: string | undefined): QueueMessage<Content> | undefined {
    const key = this.#key(sessionId);
    const lane = this.#lanes.get(key);
    const message = lane?.take();
    if (lane?.length === 0) this.#lanes.delete(key);
    return message;
  }

  /** The free session with the longest waiting message. */
  nextSession(isFree: (sessionId: string) => boolean): string | undefined {
    const free = [...this.#lanes].filter(([sessionId]) => isFree(sessionId));
    free.sort(([, a], [, b]) => (a.first?.sequence ?? 0) - (b.first?.sequence ?? 0));
    return free[0]?.[0];
  }

  messages(): QueueMessage<Content>[] {
    return [...this.#lanes.values()].flatMap((lane) => [...lane]);
  }

  #key(sessionId: string | undefined): string {
    return this.#bySession ? (sessionId ?? '') : '';
  }
}
