import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECISIONS, MAX_SHOWN_CHARS } from '../../shared/domain/decision.ts';
import { toRunId } from '../../shared/domain/ids.ts';
import type { Trigger } from '../../shared/domain/trigger.ts';
import { decide } from '../../shared/triggers/match.ts';
import { TriggerRegistry } from '../../shared/triggers/registry.ts';
import { createEvent, createTrigger } from '../helpers/factories.ts';
import { naiveMeets, naiveTakes } from '../helpers/naive-match.ts';

const part = fc.constantFrom('a', 'b', 'constructor', '__proto__');
const dotted = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
const pattern = fc.oneof(
  dotted,
  fc
    .array(fc.constantFrom('a', 'b', '*', 'a*'), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('.')),
);
const source = fc.constantFrom('github', 'github', 'constructor', '__proto__');

const triggers: fc.Arbitrary<readonly Trigger[]> = fc
  .array(
    fc.record({
      source,
      eventType: fc.option(fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 })), {
        nil: undefined,
      }),
      enabled: fc.boolean(),
      conditions: fc.constantFrom({}, { action: 'opened' }, { number: [8, 9] }),
    }),
    { maxLength: 30 },
  )
  .map((written) => written.map((one, index) => createTrigger({ name: `t${index}`, ...one })));

describe('the candidates of an event', () => {
  it('are those of a plain scan, in the order of the file', () => {
    let found = 0;
    fc.assert(
      fc.property(triggers, source, dotted, (all, from, type) => {
        const candidates = new TriggerRegistry(all).findCandidates(from, type);
        expect(candidates).toEqual(all.filter((trigger) => naiveTakes(trigger, from, type)));
        found += candidates.length;
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('are one each, whichever of their types match', () => {
    const trigger = createTrigger({ eventType: ['push', 'push', 'p*', '*'] });
    expect(new TriggerRegistry([trigger]).findCandidates('github', 'push')).toEqual([trigger]);
  });

  it('are none for a source without triggers', () => {
    const registry = new TriggerRegistry([createTrigger()]);
    expect(registry.findCandidates('constructor', 'push')).toEqual([]);
    expect(registry.findBySource('constructor')).toEqual([]);
  });

  it('take in more special types, but no longer names', () => {
    const registry = new TriggerRegistry([createTrigger({ eventType: 'pull_request' })]);
    expect(registry.findCandidates('github', 'pull_request.opened')).toHaveLength(1);
    expect(registry.findCandidates('github', 'pull_request_review.submitted')).toEqual([]);
  });
});

describe('a registry', () => {
  it('knows its triggers by name', () => {
    const trigger = createTrigger({ name: 'mine' });
    const registry = new TriggerRegistry([trigger, createTrigger({ name: 'other' })]);
    expect(registry.get('mine')).toBe(trigger);
    expect(registry.get('constructor')).toBeUndefined();
    expect(registry.size).toBe(2);
  });
});

describe('decisions', () => {
  const decideFor = (...written: readonly Partial<Record<keyof Trigger, unknown>>[]) =>
    decide(createEvent(), 'key-1', new TriggerRegistry(written.map((one) => createTrigger(one))));

  it('name the run of a trigger that matches', () => {
    const [decision] = decideFor({ name: 'mine', conditions: { base_branch: 'main' } });
    const runId = toRunId('key-1', 'mine');
    expect(decision).toEqual({ trigger: 'mine', outcome: 'matched', runId });
  });

  it('name the clause that is not met, with what it expects and what there is', () => {
    const conditions = { action: 'opened', repository: { full_name: ['a/b'] } };
    expect(decideFor({ conditions })).toEqual([
      {
        trigger: 'a-trigger',
        outcome: 'unmatched',
        clause: 'conditions.repository.full_name',
        expected: '["a/b"]',
        found: '"octo-org/hello-world"',
      },
    ]);
  });

  it('leave out what is found where there is nothing', () => {
    const [decision] = decideFor({ conditions: { labels: 'x' } });
    expect(decision).not.toHaveProperty('found');
    expect(decision).toMatchObject({ clause: 'conditions.labels', expected: '"x"' });
  });

  it('say that a trigger is not enabled, before its conditions', () => {
    expect(decideFor({ enabled: false, conditions: { action: 'closed' } })).toMatchObject([
      { outcome: 'unmatched', clause: 'enabled', expected: 'true', found: 'false' },
    ]);
  });

  it("explain by the source's other triggers why an event type has no candidate", () => {
    const decisions = decideFor({ eventType: 'push' }, { name: 'b', eventType: ['issues', 'x.*'] });
    const found = '"pull_request.opened"';
    expect(decisions).toMatchObject([
      { trigger: 'a-trigger', clause: 'eventType', expected: '["push"]', found },
      { trigger: 'b', clause: 'eventType', expected: '["issues","x.*"]', found },
    ]);
  });

  it('cut long values short', () => {
    const [decision] = decideFor({ conditions: { action: 'x'.repeat(5000) } });
    expect(decision).toMatchObject({ expected: expect.stringMatching(/^"x+…$/) });
    expect((decision as { expected: string }).expected).toHaveLength(MAX_SHOWN_CHARS);
  });

  it('are at most 50, and those that match are among them', () => {
    const written = Array.from({ length: 120 }, (_, index) => {
      const conditions = index % 12 === 11 ? {} : { action: 'closed' };
      return { name: `t${index}`, conditions };
    });
    const decisions = decideFor(...written);
    expect(decisions).toHaveLength(MAX_DECISIONS);
    const matched = decisions.filter(({ outcome }) => outcome === 'matched');
    expect(matched.map(({ trigger }) => trigger)).toEqual(
      written.filter(({ conditions }) => !('action' in conditions)).map(({ name }) => name),
    );
  });

  it('are as many as match where more than 50 do', () => {
    const names = Array.from({ length: 60 }, (_, index) => ({ name: `t${index}` }));
    expect(decideFor(...names, { name: 'no', enabled: false })).toHaveLength(60);
  });

  it('explain a missing candidate by at most 50 others', () => {
    const written = Array.from({ length: 60 }, (_, i) => ({ name: `t${i}`, eventType: 'push' }));
    expect(decideFor(...written)).toHaveLength(MAX_DECISIONS);
  });

  it('are made for every candidate, and say what a plain scan says', () => {
    fc.assert(
      fc.property(triggers, dotted, (all, type) => {
        const event = createEvent({ type });
        const candidates = all.filter((trigger) => naiveTakes(trigger, 'github', type));
        const decisions = decide(event, 'key-1', new TriggerRegistry(all));
        if (candidates.length === 0) {
          expect(decisions.every(({ outcome }) => outcome === 'unmatched')).toBe(true);
          return;
        }
        expect(decisions.map(({ trigger }) => trigger)).toEqual(candidates.map(({ name }) => name));
        const view = { ...event.fields, ...event.data };
        const runs = candidates.map(
          ({ enabled, conditions }) => enabled && naiveMeets(conditions, view),
        );
        expect(decisions.map(({ outcome }) => outcome === 'matched')).toEqual(runs);
      }),
    );
  });
});
