import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../shared/heddle/errors/errors.ts';
import { createSnapshot } from '../../helpers/catalogue.ts';
import { createTrigger } from '../../helpers/factories.ts';
import { naiveTakes } from '../../helpers/naive-match.ts';
import { dotted, source, triggers } from '../../helpers/random-triggers.ts';

describe('the candidates of an event', () => {
  it('are those of a plain scan, in the order of the file', () => {
    let found = 0;
    fc.assert(
      fc.property(triggers, source, dotted, (all, from, type) => {
        const candidates = createSnapshot(all).findCandidates(from, type);
        expect(candidates).toEqual(all.filter((trigger) => naiveTakes(trigger, from, type)));
        found += candidates.length;
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('are one each, whichever of their types match', () => {
    const trigger = createTrigger({ eventType: ['push', 'push', 'p*', '*'] });
    expect(createSnapshot([trigger]).findCandidates('github', 'push')).toEqual([trigger]);
  });

  it('are none for a source without triggers', () => {
    const registry = createSnapshot([createTrigger()]);
    expect(registry.findCandidates('constructor', 'push')).toEqual([]);
    expect(registry.listed.findBySource('constructor')).toEqual([]);
  });

  it('take in more special types, but no longer names', () => {
    const registry = createSnapshot([createTrigger({ eventType: 'pull_request' })]);
    expect(registry.findCandidates('github', 'pull_request.opened')).toHaveLength(1);
    expect(registry.findCandidates('github', 'pull_request_review.submitted')).toEqual([]);
  });
});

describe('a registry', () => {
  it('knows its triggers by name', () => {
    const trigger = createTrigger({ name: 'mine' });
    const registry = createSnapshot([trigger, createTrigger({ name: 'other' })]);
    expect(registry.get('mine')).toBe(trigger);
    expect(registry.get('constructor')).toBeUndefined();
    expect(registry.listed.size).toBe(2);
  });

  it('names the sources of its triggers', () => {
    const written = [{}, { name: 'b', source: 'constructor' }, { name: 'c' }];
    const registry = createSnapshot(written.map((one) => createTrigger(one)));
    expect(registry.listed.sources).toEqual(['github', 'constructor']);
    expect(createSnapshot([]).listed.sources).toEqual([]);
  });

  it.each([
    [{ conditions: { a_pattern: 'x' } }, 'compilePattern'],
    [{ filter: 'event.a' }, 'compileExpression'],
  ])('does not take %j without what it needs', (written, tool) => {
    const create = () => createSnapshot([createTrigger(written)]);
    expect(create).toThrow(InvariantError);
    expect(create).toThrow(`trigger "a-trigger" needs ${tool}: call loadMatchTools`);
  });
});
