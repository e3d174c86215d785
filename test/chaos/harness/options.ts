import { parseArgs } from 'node:util';
import { SCENARIOS, type Scenario } from '../scenarios.ts';
import { MODES, type Mode } from './backend.ts';

export interface Options {
  readonly seed: number;
  readonly scenarios: readonly Scenario[];
  readonly modes: readonly Mode[];
  readonly minutes: number;
  readonly perSecond: number;
  /** Undefined: scenarios instead of a soak. */
  readonly soakMs: number | undefined;
  readonly keeps: boolean;
}

const DEFAULT_MINUTES = 12;
const DEFAULT_RATE = 20;
const MAX_MINUTES = 600;
const MAX_RATE = 500;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** @returns undefined where help is asked for. @throws where an argument is not understood */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      only: { type: 'string' },
      mode: { type: 'string' },
      minutes: { type: 'string', default: String(DEFAULT_MINUTES) },
      rate: { type: 'string', default: String(DEFAULT_RATE) },
      soak: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    seed: toSeed(values.seed),
    scenarios: selectScenarios(values.only),
    modes: selectModes(values.mode ?? (values.soak === undefined ? 'both' : 'embedded')),
    minutes: toNumber('--minutes', values.minutes, MAX_MINUTES),
    perSecond: toNumber('--rate', values.rate, MAX_RATE),
    soakMs: values.soak === undefined ? undefined : toMilliseconds(values.soak),
    keeps: values.keep,
  };
}

function toSeed(text: string | undefined): number {
  if (text === undefined || text === 'random') return Date.now() % 2 ** 31;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error('--seed: give a whole number, or "random"');
}

function selectScenarios(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return SCENARIOS;
  return only.split(',').map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name.trim());
    if (found !== undefined) return found;
    const known = SCENARIOS.map((scenario) => scenario.name).join(', ');
    throw new Error(`--only: there is no scenario "${name}" (known: ${known})`);
  });
}

function selectModes(text: string): readonly Mode[] {
  const found = text === 'both' ? MODES : MODES.filter((mode) => mode === text);
  if (found.length > 0) return found;
  throw new Error(`--mode: give ${MODES.join(', ')} or both`);
}

function toNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (value > 0 && value <= max) return value;
  throw new Error(`${name}: give a number above 0, at most ${max}`);
}

function toMilliseconds(text: string): number {
  const [, number, unit] = /^(\d{1,4})(s|m|h)$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) {
    throw new Error('--soak: give a time such as 30s, 10m or 8h');
  }
  return Number(number) * (UNITS[unit] ?? 0);
}

export function toHelp(): string {
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  return [
    'npm run chaos -- [--seed N] [--only NAME,…] [--mode embedded|azure|both] [--minutes N]',
    '                 [--rate N] [--keep] [--soak 10m]',
    '',
    'Sends signed webhooks to real local hosts while things go wrong, waits until everything has',
    'run, and compares what the API shows and the actors did with what was acknowledged. Exits with',
    '1 when something was lost, doubled or falsely failed.',
    '',
    '  --seed N       repeats what is sent and what goes wrong; default: another each time, printed',
    '  --only NAME,…  only these scenarios (below)',
    '  --mode MODE    embedded (SQLite), azure (emulators of Service Bus and Cosmos DB) or both',
    `  --minutes N    about how long all of it takes if nothing is wrong (default ${DEFAULT_MINUTES})`,
    `  --rate N       events a second (default ${DEFAULT_RATE})`,
    '  --keep         keeps the folder of each scenario: the log of each host, what actors did, data',
    '  --soak TIME    nothing goes wrong for this long; memory, files and database are measured',
    '                 (embedded, unless --mode says otherwise)',
    '',
    ...SCENARIOS.map(
      ({ name, about, modes }) => `  ${name.padEnd(width)}  ${about} (${modes.join(', ')})`,
    ),
  ].join('\n');
}
