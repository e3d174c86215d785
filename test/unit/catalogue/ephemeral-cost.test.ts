import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { TriggerCatalogue } from '../../../shared/heddle/triggers/catalogue/trigger-catalogue.ts';
import { createTrigger } from '../../helpers/factories.ts';

const MANY = 10_000;

/** Triggers that count how often anything of them is read. */
function createCounted(prefix: string, from: string) {
  const count = { reads: 0 };
  const triggers = Array.from({ length: MANY }, (_, index): Trigger => {
    const trigger = createTrigger({ name: `${prefix}-${index}`, source: from, eventType: 'push' });
    return new Proxy(trigger, {
      get(target, key) {
        count.reads++;
        return Reflect.get(target, key);
      },
    });
  });
  return { count, triggers };
}

describe('an ephemeral trigger', () => {
  it(`comes and goes without one of ${MANY} others being looked at`, () => {
    const listed = createCounted('listed', 'github');
    const others = createCounted('other', 'acme');
    const catalogue = new TriggerCatalogue();
    catalogue.replace('base', listed.triggers);
    for (const other of others.triggers) catalogue.addEphemeral(other);
    const before = catalogue.snapshot();
    const reads = () => listed.count.reads + others.count.reads;
    const readBefore = reads();
    const one = createTrigger({ name: 'wait', source: 'acme', eventType: 'payment' });
    catalogue.addEphemeral(one);
    const after = catalogue.snapshot();
    expect(after.findCandidates('acme', 'payment')).toEqual([one]);
    expect(catalogue.removeEphemeral('wait')).toBe(true);
    expect(catalogue.snapshot().findCandidates('acme', 'payment')).toEqual([]);
    expect(reads()).toBe(readBefore);
    expect(after.listed).toBe(before.listed);
    expect(before.findCandidates('acme', 'payment')).toEqual([]);
  });
});
