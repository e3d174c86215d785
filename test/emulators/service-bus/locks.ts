import { randomUUID } from 'node:crypto';
import type { Lock, QueueMessage } from './message.ts';
import type { SessionLock } from './sessions.ts';

interface Held<Content> extends Lock<Content> {
  /** The session whose expiry the lock shares. */
  readonly session: SessionLock | undefined;
}

/** The messages that receivers have locked. */
export class Locks<Content> {
  readonly #lockMs: number;
  /** Ordered by expiry: all locks last equally long, and a renewed one goes to the end. */
  readonly #held = new Map<string, Held<Content>>();

  constructor(lockMs: number) {
    this.#lockMs = lockMs;
  }

  lock(message: QueueMessage<Content>, now: number, session?: SessionLock): Lock<Content> {
    const until = session?.until ?? now + this.#lockMs;
    const held = { token: randomUUID(), message, until, session };
    this.#held.set(held.token, held);
    return held;
  }

  /** Undefined when there is no such lock, or it belongs to a session. */
  renew(token: string, now: number): number | undefined {
    const held = this.#held.get(token);
    if (held === undefined || held.session !== undefined) return undefined;
    held.until = now + this.#lockMs;
    this.#held.delete(token);
    this.#held.set(token, held);
    return held.until;
  }

  unlock(token: string): QueueMessage<Content> | undefined {
    const held = this.#held.get(token);
    this.#held.delete(token);
    return held?.message;
  }

  unlockExpired(now: number): QueueMessage<Content>[] {
    return this.#unlockWhere(({ session, until }) => session === undefined && until <= now);
  }

  unlockSession(session: SessionLock): QueueMessage<Content>[] {
    return this.#unlockWhere((held) => held.session === session);
  }

  unlockAll(): QueueMessage<Content>[] {
    return this.#unlockWhere(() => true);
  }

  nextExpiry(): number | undefined {
    const [oldest] = this.#held.values();
    return oldest?.session === undefined ? oldest?.until : undefined;
  }

  messages(): QueueMessage<Content>[] {
    return [...this.#held.values()].map((held) => held.message);
  }

  #unlockWhere(chosen: (held: Held<Content>) => boolean): QueueMessage<Content>[] {
    const unlocked = [...this.#held.values()].filter(chosen);
    for (const { token } of unlocked) this.#held.delete(token);
    return unlocked.map((held) => held.message);
  }
}
