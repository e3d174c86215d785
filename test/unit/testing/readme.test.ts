import { readFileSync } from 'node:fs';
import * as kit from 'heddle/testing';
import { describe, expect, it } from 'vitest';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

describe('the page of the testing kit', () => {
  it('has no snippet but those of a test file that is compiled and run', () => {
    const page = read('../../../shared/heddle/testing/README.md');
    const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks.join('\n')).toBe(read('./readme-snippets.test.ts'));
  });

  it('lists every function of the kit', () => {
    const page = read('../../../shared/heddle/testing/README.md');
    for (const name of Object.keys(kit)) expect(page).toContain(name);
  });
});
