import fc from 'fast-check';
import type { Trigger } from '../../shared/heddle/domain/trigger.ts';
import { createTrigger } from './factories.ts';

/** Triggers of a few sources and types, and types that some of them take. */

const part = fc.constantFrom('a', 'b', 'constructor', '__proto__');
export const dotted = fc
  .array(part, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('.'));
const pattern = fc.oneof(
  dotted,
  fc
    .array(fc.constantFrom('a', 'b', '*', 'a*'), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('.')),
);
export const source = fc.constantFrom('github', 'github', 'constructor', '__proto__');

export const triggers: fc.Arbitrary<readonly Trigger[]> = fc
  .array(
    fc.record({
      source,
      eventType: fc.option(fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 })), {
        nil: undefined,
      }),
      enabled: fc.boolean(),
      requireVerification: fc.boolean(),
      conditions: fc.constantFrom({}, { action: 'opened' }, { number: [8, 9] }),
    }),
    { maxLength: 30 },
  )
  .map((written) => written.map((one, index) => createTrigger({ name: `t${index}`, ...one })));
