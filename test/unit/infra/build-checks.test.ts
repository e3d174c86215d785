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

  it.each(['jose/dist/webapi/jwt/verify.js', '@azure/cosmos/dist/esm/index.js'])(
    'is refused where every start loads %s',
    (file) => {
      const { inputs, outputs } = toBundle(`node_modules/${file}`);
      const [output] = Object.values(outputs);
      const start = { 'functions/index.ts': { bytesInOutput: 10 }, ...output?.inputs };
      const later = { inputs, outputs: { a: { ...output, inputs: start } } } as Metafile;
      expect(() => assertSound(later)).toThrow(`${file} is in it (loaded at every start`);
      expect(() => assertSound(toBundle(`node_modules/${file}`))).not.toThrow();
    },
  );

  it('is sound with the product alone', () => {
    expect(() => assertSound(toBundle('shared/heddle/index.ts'))).not.toThrow();
  });
});
