import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { assertSound } from '../../../infra/build-checks.ts';

function toBundle(path: string): Metafile {
  const inputs = { [path]: { bytes: 10, imports: [] } };
  const used = { [path]: { bytesInOutput: 10 } };
  const output = { bytes: 10, imports: [], exports: [], inputs: used };
  return { inputs, outputs: { 'build/index.mjs': output } };
}

describe('a bundle', () => {
  it.each([
    'shared/heddle/testing/test-clock.ts',
    'shared/heddle/cli/samples/samples.ts',
    'infra/validate.ts',
    'test/helpers/world.ts',
  ])('is refused with %s in it', (path) => {
    expect(() => assertSound(toBundle(path))).toThrow(`${path} is in it`);
  });

  it('is sound with the product alone', () => {
    expect(() => assertSound(toBundle('shared/heddle/index.ts'))).not.toThrow();
  });
});
