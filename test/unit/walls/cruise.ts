import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import type { ICruiseResult } from 'dependency-cruiser';
import type { Plant } from './plant.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const COPIED = [
  '.dependency-cruiser.cjs',
  '.dependency-rooms.cjs',
  'tsconfig.json',
  'package.json',
];

/** Names of the rules that an import breaks, by "from → to". */
export type Verdicts = ReadonlyMap<string, readonly string[]>;

export const toKey = ({ from, to }: Pick<Plant, 'from' | 'to'>) => `${from} → ${to}`;

function toStatement({ from, to, specifier, dynamic }: Plant): string {
  const path = to.startsWith('.') ? to : `./${relative(dirname(from), to)}`;
  const name = `'${specifier ?? path}'`;
  return dynamic === true ? `await import(${name});` : `import ${name};`;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function plant(folder: string, plants: readonly Plant[]): void {
  const texts = new Map<string, string>();
  for (const { to } of plants) if (!to.startsWith('.')) texts.set(to, 'export {};\n');
  for (const one of plants) {
    texts.set(one.from, `${texts.get(one.from) ?? ''}${toStatement(one)}\n`);
  }
  for (const [path, text] of texts) write(folder, path, text);
}

/** Links the package heddle as npm's workspaces do. */
function linkHeddle(folder: string): void {
  const exports = { '.': './index.ts', './testing': './testing/index.ts' };
  write(folder, 'shared/heddle/package.json', JSON.stringify({ name: 'heddle', exports }));
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync('../shared/heddle', join(folder, 'node_modules/heddle'));
}

function cruise(folder: string): ICruiseResult {
  const args = [CRUISER, 'functions', 'shared', 'infra', 'test', '--output-type', 'json'];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }));
}

/** Cruises a folder that has nothing but the configuration and the planted imports. */
export function cruisePlants(plants: readonly Plant[]): Verdicts {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-walls-'));
  try {
    for (const file of COPIED) copyFileSync(join(ROOT, file), join(folder, file));
    plant(folder, plants);
    linkHeddle(folder);
    const found = cruise(folder).modules.flatMap(({ source, dependencies }) =>
      dependencies.map(
        ({ resolved, rules = [] }) =>
          [toKey({ from: source, to: resolved }), rules.map(({ name }) => name)] as const,
      ),
    );
    return new Map(found);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
