import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Licences that let anybody use, change and sell what contains the package. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

interface Stated {
  /** The licence that is stated elsewhere than in the package's `license`. */
  readonly licence: string;
  /** Files of the package that state it, with their words. */
  readonly evidence: Readonly<Record<string, RegExp>>;
}

/**
 * Packages whose package.json states no licence. `semaphore` comes with `@azure/cosmos`, which calls it
 * in every query; its README and its bower.json say MIT, as its author confirms in the repository's
 * issue 16.
 */
const ELSEWHERE: Readonly<Record<string, Stated>> = {
  'semaphore@1.1.0': {
    licence: 'MIT',
    evidence: { 'README.md': /^License\n=+\n+MIT$/m, 'bower.json': /"license": "MIT"/ },
  },
};

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

const read = (path: string) => readFileSync(path, 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const production = Object.entries(packages)
  .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
  .map(([path, locked]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return [`${name}@${locked.version}`, path, locked] as const;
  });

describe('the production dependencies', () => {
  it('are all that are deployed, over a hundred with what they need themselves', () => {
    expect(production.length).toBeGreaterThan(100);
    const direct = Object.keys(JSON.parse(read('package.json')).dependencies as object);
    const names = production.map(([name]) => name.slice(0, name.lastIndexOf('@')));
    expect(direct.filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(production)('%s has a licence that lets anybody use it', (name, path, { license }) => {
    const { license: installed } = JSON.parse(read(`${path}/package.json`)) as Locked;
    const elsewhere = ELSEWHERE[name];
    expect(installed).toBe(license);
    expect(ALLOWED).toContain(elsewhere?.licence ?? license);
    for (const [file, words] of Object.entries(elsewhere?.evidence ?? {})) {
      expect(read(`${path}/${file}`)).toMatch(words);
    }
  });

  it('are excused by name only while they are there and state nothing', () => {
    const silent = production.filter(([, , { license }]) => license === undefined);
    expect(silent.map(([name]) => name)).toEqual(Object.keys(ELSEWHERE));
  });
});
