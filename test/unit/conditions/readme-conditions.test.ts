import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { compileTrigger } from '../../../shared/heddle/triggers/conditions/trigger-matcher.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';
import { createMatchTools } from '../../helpers/match-tools.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

function meetsExample(file: Readonly<Record<string, unknown>>, data: JsonObject): boolean {
  const [{ conditions }] = file.triggers as [{ conditions: JsonObject }];
  const event = createEvent({ data, fields: {}, receivedAt: '2026-12-01T08:30:00.000Z' });
  return !compileTrigger(createTrigger({ conditions }), createMatchTools()).check(data, event);
}

describe('the page on conditions', () => {
  const issue = {
    ...{ labels: [{ name: 'bug' }, { name: 'urgent' }], assignees: [{ login: 'ann' }] },
    ...{ checks: [{ state: 'passed' }], files: [{ path: 'src/a.ts' }], tags: ['new'] },
  };

  it.each<[JsonObject, boolean]>([
    [{}, true],
    [{ labels: [{ name: 'bug' }] }, false],
    [{ assignees: [] }, false],
    [{ checks: [{ state: 'passed' }, { state: 'failed' }] }, false],
    [{ checks: [] }, true],
    [{ files: [{ path: 'infra/main.bicep' }] }, false],
    [{ tags: ['new', 'draft'] }, false],
  ])('asks lists for their items: with %j %s', (change, expected) => {
    expect(meetsExample(readmeExample('Lists'), { ...issue, ...change })).toBe(expected);
  });

  it('takes texts in any case', () => {
    const example = readmeExample('Upper and lower case');
    expect(meetsExample(example, { title: 'FIX it', labels: [{ name: 'Urgent' }] })).toBe(true);
    expect(meetsExample(example, { title: 'FIX it', labels: [{ name: 'docs' }] })).toBe(false);
  });

  it('compares dates', () => {
    const example = readmeExample('Dates');
    const meetsWith = (created_at: string, ts: string) =>
      meetsExample(example, { pull_request: { created_at }, ts });
    const received = String(Date.parse('2026-12-01T08:00:00Z') / 1000);
    expect(meetsWith('2026-06-30T21:59:59Z', `${received}.123456`)).toBe(true);
    expect(meetsWith('2026-06-30T22:00:00Z', `${received}.123456`)).toBe(false);
    expect(meetsWith('2026-06-30', '1700000000.123456')).toBe(false);
  });
});
