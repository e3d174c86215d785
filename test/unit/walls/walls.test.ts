import { createRequire } from 'node:module';
import type { IConfiguration } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';
import { cruisePlants, toKey, type Verdicts } from './cruise.ts';
import { PAIRS, RETURN } from './plants.ts';

const require = createRequire(import.meta.url);
const config: IConfiguration = require('../../../.dependency-cruiser.cjs');
const rules = (config.forbidden ?? []).map(({ name }) => name ?? expect.fail('a rule has no name'));

const pairs = Object.entries(PAIRS);
let verdicts: Verdicts;

beforeAll(() => {
  const plants = pairs.flatMap(([, { broken, legal }]) => [broken, legal]);
  verdicts = cruisePlants([...plants, RETURN]);
});

describe('the walls', () => {
  it('have a planted import for each rule', () => {
    expect(Object.keys(PAIRS).toSorted()).toEqual(rules.toSorted());
  });

  it.each(pairs)('%s fails on an import that breaks it', (rule, { broken }) => {
    expect(verdicts.get(toKey(broken))).toEqual([rule]);
  });

  it.each(pairs)('%s allows an import that keeps it', (_rule, { legal }) => {
    expect(verdicts.get(toKey(legal))).toEqual([]);
  });

  it('stop nothing else', () => {
    const planted = new Set([...pairs.map(([, { broken }]) => toKey(broken)), toKey(RETURN)]);
    const others = [...verdicts].filter(([key, names]) => names.length > 0 && !planted.has(key));
    expect(others).toEqual([]);
  });
});
