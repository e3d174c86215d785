import { isLimitedInNumber } from '../../concurrency/index.ts';
import { waitUntil } from '../../engine/index.ts';
import { type Gate, PASSED, SETTLED } from '../gate.ts';
import { waitInLine } from '../wait-in-line.ts';

/** How often a run with an ordering key checks for a free slot. */
const CHECK_MS = 1000;

/**
 * Puts a run that found its slots taken in line. A run with an ordering key waits here, with its
 * delivery: what comes after it must not go first. Every other gets a message when it has a slot.
 */
export const LINE: Gate = {
  name: 'line',
  appliesTo: (_, { trigger }) => isLimitedInNumber(trigger),
  async check(engine, passing) {
    const { missing, delivery } = passing;
    if (!missing) return PASSED;
    const { stored, acquisition } = await waitInLine(engine, passing, missing);
    if (acquisition.outcome === 'acquired') {
      return { outcome: 'passed', stored, slots: acquisition.slots };
    }
    // A run with the same input has begun meanwhile: the run is skipped where it comes again.
    if (acquisition.outcome === 'skipped') return { outcome: 'changed' };
    if (delivery.orderingKey === undefined) return SETTLED;
    await waitUntil(engine, engine.clock.now() + CHECK_MS, delivery.signal);
    return { outcome: 'changed' };
  },
};
