import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExamples, readmeExample } from '../../helpers/readme-example.ts';

const root = resolve(import.meta.dirname, '../../..');
const tests = globSync('test/{unit,contract,e2e}/**/*.test.ts', { cwd: root })
  .map((path) => readFileSync(resolve(root, path), 'utf8'))
  .join('\n');

/** Examples of several rules at once, each of which has tests of its own. */
const SHOWN_BY_OTHERS = ['Whether: `conditions` and `filter`', 'Schedules and polls'];

const examples = readExamples().filter(({ heading }) => !SHOWN_BY_OTHERS.includes(heading));

describe('the page on triggers', () => {
  it('has examples', () => {
    expect(readExamples().length).toBeGreaterThan(1);
    expect(() => readmeExample('Triggers')).toThrow('no YAML block 0 under the heading "Triggers"');
  });

  it('has none that no test runs', () => {
    const calls = examples.map(({ heading, index }) => [
      ...(index === 0 ? [`readmeExample('${heading}')`] : []),
      `readmeExample('${heading}', ${index})`,
    ]);
    const idle = calls.filter((forms) => !forms.some((form) => tests.includes(form)));
    expect(idle.map(([form]) => form)).toEqual([]);
  });
});
