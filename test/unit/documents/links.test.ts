import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const pages = globSync('{*.md,{functions,shared,infra,test}/**/*.md}', {
  cwd: root,
  exclude: (path) => path.includes('node_modules'),
}).sort();

/** Links of a page to files of the repository, without those to other sites or within the page. */
function readLinks(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^([a-z]+:|#)/.test(target));
}

describe('the documents', () => {
  it('are found', () => {
    expect(pages).toContain('README.md');
    expect(pages.length).toBeGreaterThan(10);
  });

  it.each(pages)('%s links to files that are there', (page) => {
    const broken = readLinks(page).filter(
      (target) => !existsSync(join(root, dirname(page), target.split('#', 1)[0] ?? '')),
    );
    expect(broken).toEqual([]);
  });
});
