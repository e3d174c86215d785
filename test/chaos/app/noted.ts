import { appendFileSync } from 'node:fs';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Execution } from '../harness/journal.ts';

/** Notes begin and end of each execution in a file that outlives the process. */
export abstract class Noted extends Actor {
  async execute(): Promise<void> {
    this.#note('begin');
    await this.work(this.context.triggerContext.attempt);
    this.#note('end');
  }

  protected abstract work(attempt: number): unknown;

  #note(phase: Execution['phase']): void {
    const { runId: run, triggerContext } = this.context;
    const { eventId: event, triggerName: trigger, attempt } = triggerContext;
    const line: Execution = { phase, run, event, trigger, attempt, pid: process.pid };
    appendFileSync(process.env.CHAOS_JOURNAL ?? '', `${JSON.stringify(line)}\n`);
  }
}
