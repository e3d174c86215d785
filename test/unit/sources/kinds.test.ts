import { describe, expect, it } from 'vitest';
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
