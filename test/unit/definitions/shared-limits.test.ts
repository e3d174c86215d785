import { describe, expect, it } from 'vitest';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { findTemplateFaults } from '../../../shared/heddle/triggers/templates/template-faults.ts';

const known = { actors: ['log'], sources: ['emit'], findTemplateFaults };

function load(limits: string, limit: string) {
  const trigger = `  - { name: a, source: emit, actor: log, limit: ${limit} }`;
  return loadTriggers(readYaml(['triggers:', trigger, 'limits:', limits].join('\n')), known);
}

describe('a limit that triggers share', () => {
  it('takes the place of its name', () => {
    const { triggers, faults } = load(
      '  api: { maxConcurrent: 5, throttle: { limit: 2, period: 1m } }',
      'api',
    );
    expect(faults).toEqual([]);
    const limit = { name: 'api', maxConcurrent: 5, throttle: { limit: 2, period: 60_000 } };
    expect(triggers).toMatchObject([{ name: 'a', limit }]);
  });

  it('that is unknown is a fault of the trigger, and says which was meant', () => {
    const { triggers, faults } = load('  api: { maxConcurrent: 5 }', 'apl');
    expect(triggers).toEqual([]);
    const message = 'unknown limit "apl" (known: api): did you mean api?';
    expect(faults).toEqual([{ line: 2, trigger: 'a', message }]);
  });

  it.each([
    ['{}', 'limits.api: it limits nothing: expected maxConcurrent, throttle, or both'],
    ['', 'limits.api: it limits nothing: expected maxConcurrent, throttle, or both'],
    ['{ maxConcurent: 5 }', 'did you mean maxConcurrent?'],
    ['{ maxConcurrent: 0 }', 'limits.api: maxConcurrent: '],
    ['{ throttle: { limit: 2, period: 10ms } }', 'throttle.period: '],
  ])('with a fault (%s) takes its triggers out: they would have no limit', (limit, text) => {
    const { triggers, faults } = load(`  api: ${limit}`, 'api');
    expect(triggers).toEqual([]);
    expect(faults.find(({ line }) => line === 4)?.message).toContain(text);
    const own = 'limit: limits.api has faults, and cannot be used';
    expect(faults.find(({ trigger }) => trigger === 'a')?.message).toBe(own);
  });

  it('has a key that is checked', () => {
    const { faults } = load('  api: { maxConcurrent: 1, key: "{{ evnt.id }}" }', 'api');
    expect(faults[0]?.message).toContain('limit.key: unknown name "evnt"');
  });

  it('is not written in place of its name', () => {
    const { faults } = load('  api: { maxConcurrent: 1 }', '{ name: b, maxConcurrent: 2 }');
    expect(faults[0]?.message).toBe(
      'limit: expected the name of a limit under limits:, such as api',
    );
  });
});
