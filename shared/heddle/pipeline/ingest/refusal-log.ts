import { ConfigError, type HeddleError, RejectedError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';

const WINDOW_MS = 60_000;

/** Lines for each source and code within {@link WINDOW_MS}. Refusals beyond are counted. */
const MAX_LINES = 5;

/**
 * Logs refused requests: their source and the error's code, and nothing that a sender has written.
 * Anybody may send what is refused, so the lines are bounded; the next line after a minute says how
 * many were left out. What is answered 503 or 500 is logged where it is answered.
 */
export class RefusalLog {
  readonly #clock: Pick<Clock, 'now'>;
  #window = { endsAt: 0, counts: new Map<string, number>() };

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Notes a request to a path that no source has. All are counted as one: the path is the sender's. */
  noteUnknown<E extends RejectedError>(logger: Pick<Logger, 'info'>, error: E): E {
    this.note(logger, 'a path without a source', error);
    return error;
  }

  /** @param source name of the source */
  note(logger: Pick<Logger, 'info'>, source: string, error: unknown): void {
    if (!(error instanceof RejectedError || error instanceof ConfigError)) return;
    this.#openWindow(logger);
    const what = `${source}: ${error.code}`;
    const count = (this.#window.counts.get(what) ?? 0) + 1;
    this.#window.counts.set(what, count);
    if (count > MAX_LINES) return;
    const rest = count === MAX_LINES ? '; more of this minute are counted only' : '';
    logger.info(`A request is refused, ${what}${rest}`, toStatus(error));
  }

  #openWindow(logger: Pick<Logger, 'info'>): void {
    const now = this.#clock.now();
    if (now < this.#window.endsAt) return;
    for (const [what, count] of this.#window.counts) {
      if (count > MAX_LINES) logger.info(`${count - MAX_LINES} more were refused, ${what}`);
    }
    this.#window = { endsAt: now + WINDOW_MS, counts: new Map() };
  }
}

function toStatus(error: HeddleError) {
  return error instanceof RejectedError ? { status: error.status } : {};
}
