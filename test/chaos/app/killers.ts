import { setTimeout as wait } from 'node:timers/promises';
import { Noted } from './noted.ts';

/** Long enough for the death to come before the end of the attempt. */
const DYING_MS = 2000;
const CHUNK = 100_000;

export class Exits extends Noted {
  protected work(): void {
    process.exit(3);
  }
}

export class ThrowsLater extends Noted {
  protected work(): Promise<void> {
    setTimeout(() => {
      throw new Error('thrown where nobody catches, as planned');
    });
    return wait(DYING_MS);
  }
}

export class Rejects extends Noted {
  protected work(): Promise<void> {
    void Promise.reject(new Error('rejected where nobody listens, as planned'));
    return wait(DYING_MS);
  }
}

export class FillsMemory extends Noted {
  protected work(): void {
    const kept: number[][] = [];
    for (;;) kept.push(new Array<number>(CHUNK).fill(kept.length));
  }
}

/** Never gives the event loop back. */
export class Blocks extends Noted {
  protected work(): void {
    for (;;);
  }
}
