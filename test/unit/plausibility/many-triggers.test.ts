import { expect, it } from 'vitest';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { findDoubts } from '../../../shared/heddle/triggers/plausibility/find-doubts.ts';
import { surroundings } from '../../helpers/doubts.ts';

const COUNT = 1000;
/** Some tens of milliseconds on a quiet machine; the bound only tells a search that has exploded. */
const BOUND_MS = 5000;

it('looks through a thousand triggers at once', () => {
  const triggers = Array.from({ length: COUNT }, (_, index) => ({
    ...{ name: `t-${index}`, source: 'github', actor: 'http' },
    eventType: ['pull_request.opened', 'issues', 'push'].slice(0, 1 + (index % 3)),
    conditions: { base_branch: 'main', repository: { full_name: { startsWith: 'octo/' } } },
    defaultInputs: { url: 'https://x.example' },
    variables: {
      body: `{{ event.pull_request.title }} {{ event.${index % 50 ? 'number' : 'nr'} }}`,
    },
  }));
  const parsed = triggers.map((trigger) => TriggerSchema.parse(trigger));
  const from = performance.now();
  const found = findDoubts(parsed, { value: { triggers }, locate: () => 1 }, surroundings);
  const ms = performance.now() - from;
  expect(found).toHaveLength(COUNT / 50);
  expect(ms).toBeLessThan(BOUND_MS);
});
