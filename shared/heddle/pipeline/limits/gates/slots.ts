import { isLimitedInNumber } from '../../concurrency/index.ts';
import { acquireSlots } from '../acquire-slots.ts';
import { type Gate, withEmptyKeys } from '../gate.ts';

/**
 * `maxConcurrent`, `concurrencyKey`, `overlap`, `allowConcurrent`, `limit` and `throttle`: a run
 * acquires its slots for each attempt, and its places in throttles for the first. A run that finds them taken and may wait passes without: it stands in line once the
 * remaining gates have let it pass, see `line.ts`.
 */
export const SLOTS: Gate = {
  name: 'slots',
  appliesTo: (_, { trigger }) => isLimitedInNumber(trigger),
  async check(engine, passing) {
    const acquisition = await acquireSlots(engine, passing.stored.document, passing);
    if (acquisition.outcome === 'skipped') return acquisition;
    if (acquisition.outcome === 'acquired') {
      const { slots, emptyKeys } = acquisition;
      const noted = emptyKeys ? withEmptyKeys(passing.stored, emptyKeys) : {};
      return { outcome: 'passed', slots, ...noted };
    }
    const { outcome: _outcome, ...missing } = acquisition;
    return { outcome: 'passed', missing };
  },
};
