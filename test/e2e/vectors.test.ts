import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Result, runVectors, type SourcedCase } from '../vectors/run.ts';

const folder = new URL('../fixtures/vectors/', import.meta.url);
const cases = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as SourcedCase[],
);

const toText = ({ one, disagreements }: Result) => `${one.id}: ${disagreements.join('; ')}`;

describe('the vectors, through the real functions', () => {
  it('are 193, of twelve senders, and all are agreed with', { timeout: 240_000 }, async () => {
    expect(cases).toHaveLength(193);
    expect(new Set(cases.map(({ source }) => source)).size).toBe(12);
    const results = await runVectors(cases);
    expect(results).toHaveLength(193);
    expect(results.filter(({ disagreements }) => disagreements.length > 0).map(toText)).toEqual([]);
  });

  it('are disagreed with where their verdict is another', async () => {
    const [one] = cases.filter(({ id }) => id === 'github-03');
    if (!one) throw new Error('the case is missing');
    const wrong = [
      { ...one, id: 'github-901', expect: 'reject' as const },
      { ...one, id: 'github-902', expected: { eventType: 'github.pull' } },
      { ...one, id: 'github-903', headers: { ...one.headers, 'x-hub-signature-256': 'x' } },
    ];
    const results = await runVectors(wrong);
    expect(results.map(({ disagreements }) => disagreements.length)).toEqual([1, 1, 1]);
  });

  it('are refused where the runner does not know a setting of theirs', async () => {
    const [one] = cases;
    const odd = { ...(one as SourcedCase), config: { unheardOf: true } };
    await expect(runVectors([odd])).rejects.toThrow('the table does not know unheardOf');
  });
});
