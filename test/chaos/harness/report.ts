import type { Measured, Outcome } from '../run-scenario.ts';

const HEADINGS = [
  ...['scenario', 'mode', 'seed', 'kills', 'deaths', 'other faults'],
  ...['refused', 'acknowledged', 'lost', 'doubled', 'falsely failed', 'seconds', ''],
];
const LEFT = [0, 1, HEADINGS.length - 1];
const SHOWN = 5;

export function isBad({ result }: Outcome): boolean {
  if ('error' in result) return true;
  if ('skipped' in result) return false;
  return result.lost.length + result.doubled.length + result.falselyFailed.length > 0;
}

export function formatOutcomes(outcomes: readonly Outcome[]): string {
  return formatTable([HEADINGS, ...outcomes.map(toCells)], LEFT);
}

/** The outcome in one line, as soon as it is known. */
export function summarize(outcome: Outcome): string {
  const { result } = outcome;
  if (!('lost' in result)) return toWord(outcome);
  const { lost, doubled, falselyFailed } = result;
  const counts = `${lost.length} lost, ${doubled.length} doubled, ${falselyFailed.length} falsely failed`;
  return `${toWord(outcome)}: ${counts}`;
}

/** @param left columns that are not numbers */
export function formatTable(rows: readonly (readonly string[])[], left: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const pad = (cell: string, column: number) =>
    left.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

function toCells(outcome: Outcome): readonly string[] {
  const { scenario, mode, seed, seconds, result } = outcome;
  const head = [scenario, mode, String(seed)];
  const end = [seconds.toFixed(0), toWord(outcome)];
  if (!('lost' in result)) return [...head, ...Array<string>(8).fill('-'), ...end];
  const { kills, deaths, disturbances, refused, acknowledged } = result;
  const { lost, doubled, falselyFailed } = result;
  const counts = [kills, deaths, disturbances, refused, acknowledged];
  const faults = [lost, doubled, falselyFailed].map(({ length }) => length);
  return [...head, ...[...counts, ...faults].map(String), ...end];
}

function toWord(outcome: Outcome): string {
  const { result } = outcome;
  if ('skipped' in result) return `skipped: ${result.skipped}`;
  if ('error' in result) return 'did not run to its end';
  return isBad(outcome) ? 'FAILED' : 'ok';
}

/** Names the first findings of each kind, and how to repeat them. */
export function explain(outcome: Outcome): string {
  const { scenario, mode, seed, result } = outcome;
  const lines = 'lost' in result ? explainMeasured(result) : [];
  if ('error' in result) lines.push(`  ${toText(result.error)}`);
  if (lines.length === 0) return '';
  const again = `npm run chaos -- --only ${scenario} --mode ${mode} --seed ${seed} --keep`;
  return [`${scenario} (${mode}), repeated by: ${again}`, ...lines].join('\n');
}

function explainMeasured(measured: Measured): string[] {
  const { lost, doubled, falselyFailed, lies, deaths, hasKillers } = measured;
  const lines = Object.entries({ lost, doubled, 'falsely failed': falselyFailed }).flatMap(
    ([what, findings]) => findings.slice(0, SHOWN).map((text) => `  ${what}: ${text}`),
  );
  if (deaths > 0 && !hasKillers) {
    lines.push(`  the host ended by itself ${deaths} times, though no actor ends it: see its log`);
  }
  if (lies > 0) {
    lines.push(`  ${lies} deliveries were refused by a host that called itself healthy before it`);
  }
  return lines;
}

function toText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
