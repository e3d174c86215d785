/**
 * Loaded before everything else (`node --import`), this moves the clock: it shows `CLOCK_STARTS_AT` when
 * the process starts, and goes on from there. What a data folder keeps is kept for so many days, and is
 * due at its times: a clock that shows the days of the folder opens it in any year, as it was left.
 * `HEDDLE_NOW` cannot do that: it stands still, and the embedded store does not go by it.
 */
const startsAt = Date.parse(process.env.CLOCK_STARTS_AT ?? '');
if (Number.isNaN(startsAt)) throw new Error('CLOCK_STARTS_AT: expected an ISO 8601 time');

const RealDate = Date;
const realNow = RealDate.now;
const ahead = startsAt - realNow();

RealDate.now = () => realNow() + ahead;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: unknown[], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [target.now()] : given, newTarget),
});
