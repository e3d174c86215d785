import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../shared/heddle/triggers/plausibility/rules.ts';
import { ofConditions } from '../../fixtures/plausibility/of-conditions.ts';
import { ofFields } from '../../fixtures/plausibility/of-fields.ts';
import { ofInputs } from '../../fixtures/plausibility/of-inputs.ts';
import { doubtsIn } from '../../helpers/doubts.ts';

const EXAMPLES = { ...ofConditions, ...ofFields, ...ofInputs };

it('each rule has examples of what it doubts and of what it does not', () => {
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(RULES.map(({ name }) => name).toSorted());
  const bare = Object.entries(EXAMPLES).filter(
    ([, { doubted, sound }]) => doubted.length === 0 || sound.length === 0,
  );
  expect(bare).toEqual([]);
});

describe.each(Object.entries(EXAMPLES))('%s', (name, { doubted, sound, around = {} }) => {
  it.each(doubted)('is doubted in %s', (yaml, says) => {
    expect(doubtsIn(yaml, around)).toEqual([expect.stringMatching(says)]);
    expect(doubtsIn(yaml, around, [name])).toEqual([expect.stringMatching(says)]);
  });

  it.each(sound)('is not doubted in %s', (yaml) => {
    expect(doubtsIn(yaml, around)).toEqual([]);
  });
});

it('each rule has its row on the page of triggers', () => {
  const page = readFileSync(
    resolve(import.meta.dirname, '../../../shared/heddle/triggers/README.md'),
    'utf8',
  );
  const [, section = ''] = page.split('## What validate doubts');
  const rows = section.split('\n## ')[0]?.match(/^\| (?!rule|---).*$/gm);
  expect(rows).toEqual(RULES.map(({ name, about }) => `| ${name} | ${about} |`));
});
