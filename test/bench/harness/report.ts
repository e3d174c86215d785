import { availableParallelism, cpus } from 'node:os';
import { isMet, type Result } from './row.ts';
import type { Spread } from './statistics.ts';

export interface Machine {
  readonly node: string;
  readonly cpus: number;
  readonly model: string;
  readonly platform: string;
}

export function readMachine(): Machine {
  const { version, platform, arch } = process;
  const model = cpus()[0]?.model ?? 'unknown';
  return { node: version, cpus: availableParallelism(), model, platform: `${platform} ${arch}` };
}

const HEADINGS = ['', 'median', 'against', 'ratio', 'bound', '', 'runs', 'spread'];

export function formatTable(results: readonly Result[]): string {
  const lines = [HEADINGS, ...results.map(toCells)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

function toCells(result: Result): readonly string[] {
  const { name, unit, value, baseline, ratio } = result;
  return [
    name,
    `${toText(value.median)} ${unit}`,
    baseline ? `${toText(baseline.median)} ${unit}` : '',
    ratio ? ratio.median.toFixed(2) : '',
    toBoundText(result),
    toVerdict(result),
    String(value.runs),
    value.runs > 1 ? toRange(ratio ?? value) : '',
  ];
}

function toBoundText({ bound }: Result): string {
  if (bound === undefined) return '';
  return 'atMost' in bound ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`;
}

function toVerdict(result: Result): string {
  const met = isMet(result);
  if (met === undefined) return '';
  return met ? 'met' : 'missed';
}

/** The range of the ratio, where there is one. */
function toRange({ min, max }: Spread): string {
  return `${toText(min)} … ${toText(max)}`;
}

function toText(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 3);
}
