import { readFileSync } from 'node:fs';

/**
 * Loaded before everything else (`node --import`): the clock is off by the milliseconds that the file
 * `CHAOS_CLOCK` holds, which may change at any time. Timers and `performance.now` are not, as when
 * the clock of a machine is set.
 */
const LOOK_EVERY_MS = 20;
const file = process.env.CHAOS_CLOCK ?? '';
let ahead = readAhead();

function readAhead(): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

setInterval(() => {
  ahead = readAhead();
}, LOOK_EVERY_MS).unref();

const RealDate = Date;
const realNow = RealDate.now;
RealDate.now = () => realNow() + ahead;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: unknown[], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [target.now()] : given, newTarget),
});
