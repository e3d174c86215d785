import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { toReserve } from '../../../shared/heddle/domain/fair-share.ts';
import { type Seat, Seats } from '../../../shared/heddle/pipeline/engine/seats.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { settle } from '../../helpers/gated-actor.ts';

const TOTAL = 16;

let clock: FakeClock;
let seats: Seats;
let sequence: number;

beforeEach(() => {
  clock = createFakeClock();
  seats = new Seats({ total: TOTAL, clock, hasLanes: true });
  sequence = 0;
});

function take(name: string, isPatient = false) {
  return Promise.resolve(seats.take(name, { sequence: ++sequence, isPatient }));
}

async function takeMany(name: string, count: number): Promise<Seat[]> {
  const taken = await Promise.all(Array.from({ length: count }, () => take(name)));
  return taken.filter((seat) => seat !== undefined);
}

/** What a request has come to by now. */
function watch(asked: Promise<Seat | undefined>) {
  const seen: { seat?: Seat | undefined; isAnswered: boolean } = { isAnswered: false };
  void asked.then((seat) => Object.assign(seen, { seat, isAnswered: true }));
  return seen;
}

describe('a busy trigger', () => {
  it('alone has all seats but the reserve', async () => {
    expect(await takeMany('busy', TOTAL - 2)).toHaveLength(TOTAL - 2);
    const late = watch(take('busy'));
    await settle();
    expect(late.isAnswered).toBe(false);
  });

  it('leaves a seat to a trigger that has none, at once', async () => {
    await takeMany('busy', TOTAL - 2);
    const waiting = watch(take('busy'));
    expect(await takeMany('quick', 1)).toHaveLength(1);
    expect(waiting.isAnswered).toBe(false);
  });

  it('is told that there is none when its runs take long, the next time at once', async () => {
    await takeMany('busy', TOTAL - 2);
    const first = watch(take('busy'));
    await clock.advance(99);
    await settle();
    expect(first.isAnswered).toBe(false);
    await clock.advance(1);
    await settle();
    expect(first).toEqual({ isAnswered: true, seat: undefined });
    expect(seats.take('busy', { sequence: 99 })).toBeUndefined();
  });

  it('waits here again once a run of it has ended', async () => {
    const [seat] = await takeMany('busy', TOTAL - 2);
    await Promise.all([take('busy'), clock.advance(100)]);
    seat?.();
    await take('busy');
    const next = watch(take('busy'));
    await settle();
    expect(next.isAnswered).toBe(false);
  });

  it('gives a seat that becomes free to whoever has fewer', async () => {
    await takeMany('other', 1);
    const [seat] = await takeMany('busy', TOTAL - 3);
    const [busy, other] = [watch(take('busy', true)), watch(take('other', true))];
    seat?.();
    await settle();
    expect([busy.isAnswered, other.isAnswered]).toEqual([false, true]);
  });
});

describe('a run that must wait here', () => {
  it('gets the first seat there is, however long that takes', async () => {
    const [seat] = await takeMany('busy', TOTAL - 2);
    const patient = watch(take('busy', true));
    await clock.advance(3_600_000);
    await settle();
    expect(patient.isAnswered).toBe(false);
    seat?.();
    await settle();
    expect(patient.seat).toBeDefined();
  });
});

describe('lanes', () => {
  it('with messages are told of when a seat becomes free and it is their turn', async () => {
    const [seat] = await takeMany('busy', TOTAL - 2);
    let opened = 0;
    seats.listen(() => opened++);
    seats.noteDue(['busy']);
    expect({ opened, isOpen: seats.isOpen('busy') }).toEqual({ opened: 0, isOpen: false });
    seat?.();
    expect({ opened, isOpen: seats.isOpen('busy') }).toEqual({ opened: 1, isOpen: true });
    expect([...seats.deal(['busy'], 8)]).toEqual([['busy', 1]]);
  });

  it('and runs that wait here take turns, so that neither starves', async () => {
    const held = await takeMany('busy', TOTAL - 2);
    let fromLane = 0;
    const answered: number[] = [];
    seats.listen(() => {
      for (const [lane] of seats.deal(['busy'], 1)) {
        seats.keepSeat(lane, 1000 + fromLane++);
        held.push(() => seats.dropSeat(1000 + fromLane - 1));
      }
      seats.noteDue(['busy']);
    });
    seats.noteDue(['busy']);
    for (let n = 0; n < 6; n++) void take('busy', true).then(() => answered.push(n));
    for (let n = 0; n < 6; n++) {
      held[n]?.();
      await settle();
    }
    expect([fromLane, answered.length]).toEqual([3, 3]);
  });

  it('keep a seat for each message that is received, until it has ended', async () => {
    seats.keepSeat('busy', 1007);
    await takeMany('busy', TOTAL - 3);
    const late = watch(take('busy'));
    const own = await seats.take('busy', { sequence: 1007 });
    await settle();
    expect([own === undefined, late.isAnswered]).toEqual([false, false]);
    own?.();
    await settle();
    expect(late.seat).toBeDefined();
  });

  it('that no execution would let be received are not waited for', async () => {
    seats.noteDue(['lane']);
    expect(await take('here', true)).toBeDefined();
  });
});

describe('runs that have left a queue without lanes', () => {
  beforeEach(() => {
    seats = new Seats({ total: TOTAL, clock, hasLanes: false });
  });

  it('are called back one by one, when a seat is free that nobody takes', async () => {
    const held = await takeMany('busy', TOTAL - 2);
    const back: string[] = [];
    for (const id of ['first', 'second']) seats.noteLeft('busy', () => back.push(id));
    expect(back).toEqual([]);
    held[0]?.();
    expect(back).toEqual(['first']);
    const here = take('busy', true);
    held[1]?.();
    await here;
    held[2]?.();
    expect(back).toEqual(['first', 'second']);
  });

  it('leave messages that come later the longer no run of their trigger has ended', async () => {
    await takeMany('busy', TOTAL - 2);
    await Promise.all([take('busy'), clock.advance(100)]);
    expect(seats.toDelay('busy')).toBe(5000);
    await clock.advance(12_000);
    expect(seats.toDelay('busy')).toBe(12_100);
    await clock.advance(3_600_000);
    expect(seats.toDelay('busy')).toBe(30_000);
  });
});

type Step = { readonly name: string; readonly ends: boolean; readonly isPatient: boolean };

describe('whatever comes and ends', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    ends: fc.boolean(),
    isPatient: fc.boolean(),
  });

  it('no more are seated than there are seats, the reserve is kept, and nobody is left waiting', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const total = 8;
        const subject = new Seats({ total, clock, hasLanes: false });
        const held: { readonly name: string; readonly seat: Seat }[] = [];
        let open = 0;
        let count = 0;
        for (const { name, ends, isPatient } of steps) {
          if (ends) held.shift()?.seat();
          else {
            open++;
            const asked = Promise.resolve(subject.take(name, { sequence: ++count, isPatient }));
            void asked.then((seat) => {
              open--;
              if (seat) held.push({ name, seat });
            });
          }
          await Promise.resolve();
          await Promise.resolve();
          const own = held.filter((one) => one.name === name).length;
          expect(held.length).toBeLessThanOrEqual(total);
          expect(own).toBeLessThanOrEqual(total - toReserve(total));
        }
        for (let left = 0; left < 200 && (open > 0 || held.length > 0); left++) {
          await clock.advance(100);
          held.shift()?.seat();
          await Promise.resolve();
        }
        expect({ open, held: held.length }).toEqual({ open: 0, held: 0 });
      }),
      { numRuns: 100 },
    );
  });
});
