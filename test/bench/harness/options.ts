import { parseArgs } from 'node:util';
import type { Row } from './row.ts';

export interface Options {
  readonly json: string | undefined;
  readonly seconds: number;
  readonly rows: readonly Row[];
}

const DEFAULT_SECONDS = 3;

/** @returns undefined where help is asked for. @throws where an argument is not understood */
export function parseOptions(args: readonly string[], all: readonly Row[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 60) {
    throw new Error('--seconds: give a whole number from 1 to 60');
  }
  return { json: values.json, seconds, rows: select(values.only, all) };
}

function select(only: string | undefined, all: readonly Row[]): readonly Row[] {
  if (only === undefined) return all;
  return only.split(',').map((name) => {
    const row = all.find((candidate) => candidate.name === name.trim());
    if (row) return row;
    const known = all.map((candidate) => candidate.name).join(', ');
    throw new Error(`--only: there is no row "${name}" (known: ${known})`);
  });
}

export function toHelp(all: readonly Row[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  return [
    'npm run bench -- [--json FILE] [--seconds N] [--only NAME,…]',
    '',
    'Measures what the design promises, as ratios within one run where it can, and prints what was',
    'met and what was missed. Fails on errors alone, never on a time.',
    '',
    '  --json FILE     writes the results as JSON too',
    `  --seconds N     how long one measurement of load takes (default ${DEFAULT_SECONDS})`,
    '  --only NAME,…   only these rows:',
    '',
    ...all.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
  ].join('\n');
}
