import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { samples } from '../../../shared/heddle/cli/samples/samples.ts';
import { sourceKinds } from '../../../shared/heddle/sources/kinds.ts';

describe.each(sourceKinds.map((listed) => [listed.kind, listed] as const))('%s', (_, listed) => {
  it('is listed as it is when it is loaded', async () => {
    const { kind, methods, defaultSecrets } = await listed.load();
    expect({ kind, methods, defaultSecrets }).toEqual({
      kind: listed.kind,
      methods: listed.methods,
      defaultSecrets: listed.defaultSecrets,
    });
  });
});

describe('the kinds', () => {
  const names = sourceKinds.map(({ kind }) => kind).sort();

  it('have each a row in the README, and no other has one', () => {
    const readme = readFileSync('shared/heddle/sources/README.md', 'utf8');
    const [, table = ''] = /^\| kind \|.*\n([\s\S]*?)\n\n/m.exec(readme) ?? [];
    const rows = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, kind]) => kind);
    expect(rows.sort()).toEqual(names);
  });

  it('have each a sample that the command line sends', () => {
    expect(Object.keys(samples).sort()).toEqual(names);
  });

  it('are each described in a line', () => {
    for (const { description } of sourceKinds) expect(description).toMatch(/^[A-Z].{10,80}\.$/);
  });
});
