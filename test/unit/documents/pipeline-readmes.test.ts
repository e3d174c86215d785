import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GATES } from '../../../shared/heddle/pipeline/limits/gates.ts';

const ROOT = 'shared/heddle/pipeline';
const READMES = globSync(`${ROOT}/**/README.md`).toSorted();

function findLinks(file: string): readonly (readonly [string, string])[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/\[([^\]]+)\]\(([^)#\s]+)\)/g)].map(([, name = '', path = '']) => [
    name,
    path,
  ]);
}

describe('the READMEs of the pipeline', () => {
  it.each(READMES)('%s links to what exists', (file) => {
    const broken = findLinks(file).filter(([, path]) => !existsSync(join(dirname(file), path)));
    expect(broken).toEqual([]);
  });

  it.each(READMES)('%s names files as they are called', (file) => {
    const misnamed = findLinks(file)
      .filter(([name]) => name.endsWith('.ts'))
      .filter(([name, path]) => name !== basename(path));
    expect(misnamed).toEqual([]);
  });

  it('lead to every room', () => {
    const rooms = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const named = new Set(findLinks(`${ROOT}/README.md`).map(([name]) => name));
    expect(rooms.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
  });

  it('list the gates in their order', () => {
    const linked = findLinks(`${ROOT}/limits/README.md`)
      .filter(([, path]) => path.startsWith('gates/'))
      .map(([name]) => name);
    expect(linked).toEqual(GATES.map(({ name }) => name));
  });
});
