import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTestApp } from '../../../shared/heddle/testing/create-test-app.ts';

const file = new URL('../../fixtures/trigger-cases/ne-with-a-list.yaml', import.meta.url);

describe('a list under eq and ne', () => {
  // argoproj/argo-events #3215, #3808
  it.each([
    ['foo', ['k-eq-list']],
    ['baz', ['k-ne-list']],
  ])('means one of these, and none of these: %s runs %j', async (id, names) => {
    await using app = await createTestApp({ triggers: readFileSync(file, 'utf8') });
    const { runs } = await app.emit('k', { id, n: 3 });
    expect(runs.map(({ trigger }) => trigger)).toEqual(names);
  });
});
