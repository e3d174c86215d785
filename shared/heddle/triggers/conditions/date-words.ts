import { DurationSchema } from '../../domain/duration.ts';
import type { Event } from '../../domain/event.ts';
import type { Json } from '../../domain/json.ts';
import type { Place } from './compilation.ts';
import { toInstant } from './instants.ts';
import type { CheckWord, Written } from './word-or-name.ts';

const INVALID =
  'expected a date that exists, such as 2026-12-01 or 2026-12-01T08:30:00+01:00 (without an offset: UTC)';

export function isDuration(operand: Json): boolean {
  return DurationSchema.safeParse(operand).success;
}

/** Compiles `before` and `after`, which compare instants. */
export function compileOrder(holds: (at: bigint, limit: bigint) => boolean) {
  return (written: Written, place: Place): CheckWord => {
    const limit = toInstant(written.operand);
    if (limit === undefined) return place.refuse(INVALID).check;
    return checkDates(written, {
      holds: (at) => holds(at, limit),
      toExpected: () => `${place.key} ${String(written.operand)}`,
    });
  };
}

/**
 * Compiles `within`: no further from the time of receipt, in either direction, since a replay must
 * decide as the event did at first.
 */
export function compileAge(written: Written): CheckWord {
  const ms = DurationSchema.parse(written.operand);
  const most = BigInt(ms) * 1_000_000n;
  return checkDates(written, {
    holds: (at, { receivedAt }) => {
      const distance = at - (toInstant(receivedAt) ?? at);
      return distance <= most && distance >= -most;
    },
    toExpected: ({ receivedAt }) => `within ${String(written.operand)} of ${receivedAt}`,
  });
}

interface DateTest {
  readonly holds: (at: bigint, event: Event) => boolean;
  readonly toExpected: (event: Event) => string;
}

/** On a list, one of its items has to meet the test. */
function checkDates({ toMismatch }: Written, { holds, toExpected }: DateTest): CheckWord {
  return (found, event) => {
    let isDate = false;
    for (const value of Array.isArray(found) ? found : [found]) {
      const at = toInstant(value);
      if (at !== undefined && holds(at, event)) return undefined;
      isDate ||= at !== undefined;
    }
    const mismatch = { ...toMismatch(found), expected: toExpected(event) };
    if (isDate || found === undefined) return mismatch;
    return { ...mismatch, expected: `${mismatch.expected}, and this is no date` };
  };
}
