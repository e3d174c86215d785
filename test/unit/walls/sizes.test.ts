import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const LIMIT = 300;

/** What users own is theirs to size. */
const THEIRS = /^(shared|test)\/app\//;

const files = globSync('{functions,shared,infra,test}/**/*.ts', {
  exclude: (path) => path.includes('node_modules'),
}).filter((file) => !THEIRS.test(file));

it('finds the files', () => {
  expect(files.length).toBeGreaterThan(500);
});

it('no file is longer than a reader can hold', () => {
  const lengths = files.map((file) => [file, readFileSync(file, 'utf8').split('\n').length - 1]);
  expect(lengths.filter(([, lines]) => Number(lines) > LIMIT)).toEqual([]);
});
