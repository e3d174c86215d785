import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AzdEnvironment } from './environment.ts';

/** A step of a run, as it is logged. */
export interface LoggedStep {
  readonly step: string;
  readonly event: 'begin' | 'end' | 'note';
  readonly at: number;
  readonly note?: string;
}

export interface Step {
  readonly name: string;
  readonly after: readonly string[];
  run(): Promise<void>;
}

export function log(environment: AzdEnvironment, entry: Omit<LoggedStep, 'at'>): void {
  const line = JSON.stringify({ ...entry, at: Date.now() });
  appendFileSync(join(environment.folder, 'steps.jsonl'), `${line}\n`);
}

/** Runs each step as soon as those before it have ended. The first that fails ends all. */
export async function runGraph(steps: readonly Step[], environment: AzdEnvironment): Promise<void> {
  const running = new Map<string, Promise<void>>();
  const start = async ({ name, after, run }: Step) => {
    await Promise.all(after.map((before) => running.get(before)));
    log(environment, { step: name, event: 'begin' });
    await run();
    log(environment, { step: name, event: 'end' });
  };
  for (const step of steps) running.set(step.name, start(step));
  await Promise.all(running.values());
}
