import type { Clock } from '../../ports/clock.ts';
import type { Ticker } from './ticker.ts';

/** Time between two ticks: several can fail before a fire would be late. */
const TICK_EVERY_MS = 15_000;

/**
 * Ticks until it is stopped.
 * @returns stops it, and resolves when the last tick has ended
 */
export function keepTicking(ticker: Ticker, clock: Clock): () => Promise<void> {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(TICK_EVERY_MS, () => {
      void ticker.tick();
      next();
    });
  };
  next();
  return () => {
    cancel();
    return ticker.ended();
  };
}
