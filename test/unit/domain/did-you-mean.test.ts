import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNearest } from '../../../shared/heddle/domain/did-you-mean.ts';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';

const fields = Object.keys(TriggerSchema.shape);

describe('the name that was probably meant', () => {
  it.each([
    ['condtions', 'conditions'],
    ['conditon', 'conditions'],
    ['event_type', 'eventType'],
    ['eventtype', 'eventType'],
    ['onfailure', 'onFailure'],
    ['atcor', 'actor'],
    ['concurrent', 'maxConcurrent'],
  ])('of %s is %s', (given, meant) => {
    expect(findNearest(given, fields)).toBe(meant);
  });

  it.each([['colour'], [''], ['x'], ['a'.repeat(10_000)]])('of %j is none', (given) => {
    expect(findNearest(given, fields)).toBeUndefined();
  });

  it('is found for every field with two letters swapped', () => {
    const long = fields.filter((field) => field.length > 5);
    fc.assert(
      fc.property(fc.constantFrom(...long), fc.nat(), (field, seed) => {
        const at = seed % (field.length - 1);
        const swapped = [...field];
        [swapped[at], swapped[at + 1]] = [field[at + 1] ?? '', field[at] ?? ''];
        expect(findNearest(swapped.join(''), fields)).toBe(field);
      }),
    );
  });
});
