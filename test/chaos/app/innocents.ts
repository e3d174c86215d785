import { setTimeout as wait } from 'node:timers/promises';
import { Noted } from './noted.ts';

const BRIEF_MS = 30;
/** Longer than the lock of a message. */
const SLEEP_MS = 3500;
const FAILURES = 2;

export class Fast extends Noted {
  protected work(): void {}
}

export class Brief extends Noted {
  protected work(): Promise<void> {
    return wait(BRIEF_MS);
  }
}

export class Sleeper extends Noted {
  protected work(): Promise<void> {
    return wait(SLEEP_MS);
  }
}

export class Flaky extends Noted {
  protected async work(attempt: number): Promise<void> {
    await wait(BRIEF_MS);
    if (attempt <= FAILURES) throw new Error(`attempt ${attempt} fails as planned`);
  }
}
