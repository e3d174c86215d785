import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from './connection.ts';

/** Deletes up to `limit` rows that no operation can see any more. @returns how many */
export type PurgeStep = (connection: Connection, limit: number) => number;

/** Rows that one transaction deletes: all else in the process waits for it. */
export const PURGE_CHUNK = 50;
/** After each chunk there is a pause, this many times as long as the chunk took. */
const PAUSE_FACTOR = 3;
const MIN_PAUSE_MS = 5;

/**
 * Deletes expired rows in the background, in small transactions with pauses between: at least three
 * quarters of the time are left to others, however much has expired.
 */
export class Purge {
  readonly #write: (step: PurgeStep) => number;
  readonly #steps: PurgeStep[] = [];
  #running: Promise<number> | undefined;
  #isStopped = false;

  /** @param write runs a step in a transaction of its own */
  constructor(write: (step: PurgeStep) => number) {
    this.#write = write;
  }

  add(step: PurgeStep): void {
    this.#steps.push(step);
  }

  /** Resolves when nothing expired is left. A call meanwhile joins the one under way. */
  run(): Promise<number> {
    this.#running ??= this.#runAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Resolves after the chunk under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running?.catch(() => undefined);
  }

  async #runAll(): Promise<number> {
    let purged = 0;
    for (const step of this.#steps) purged += await this.#runStep(step);
    return purged;
  }

  async #runStep(step: PurgeStep): Promise<number> {
    let purged = 0;
    while (!this.#isStopped) {
      const startedAt = performance.now();
      const deleted = this.#write(step);
      purged += deleted;
      if (deleted < PURGE_CHUNK) break;
      await pause(Math.max(MIN_PAUSE_MS, PAUSE_FACTOR * (performance.now() - startedAt)));
    }
    return purged;
  }
}
