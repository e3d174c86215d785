import { existsSync, readFileSync } from 'node:fs';

/** A line of the journal that the actors write. */
export interface Execution {
  readonly phase: 'begin' | 'end';
  readonly run: string;
  readonly event: string;
  readonly trigger: string;
  readonly attempt: number;
  readonly pid: number;
}

/** Reads the executions in the order in which they happened. */
export function readJournal(file: string): readonly Execution[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Execution);
}
