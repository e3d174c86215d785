import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type Kept, readHealth, readKept } from './api.ts';
import { readJournal } from './journal.ts';
import type { Sender } from './sender.ts';
import type { Stage } from './stage.ts';
import { judge, type Verdict } from './verdict.ts';

/** Nothing has happened for this long: what has not ended by now does not end. */
const SILENCE_MS = 60_000;
const MAX_DRAIN_MS = 480_000;
const LOOK_EVERY_MS = 250;

export function countFaults({ hosts, disturbances }: Stage) {
  const sum = (of: 'kills' | 'deaths') => hosts.reduce((total, host) => total + host[of], 0);
  return { kills: sum('kills'), deaths: sum('deaths'), disturbances };
}

/** Waits until everything has run, or nothing goes on, and judges what is there then. */
export async function drain(stage: Stage, sender: Sender): Promise<Verdict> {
  const deadline = performance.now() + MAX_DRAIN_MS;
  let seen = -1;
  let silentSince = performance.now();
  while (performance.now() < Math.min(deadline, silentSince + SILENCE_MS)) {
    if (await isIdle(stage)) {
      const verdict = await examine(stage, sender);
      if (verdict !== undefined && verdict.lost.length === 0) return verdict;
    }
    const size = statSync(stage.journal, { throwIfNoEntry: false })?.size ?? 0;
    if (size !== seen) silentSince = performance.now();
    seen = size;
    await wait(LOOK_EVERY_MS);
  }
  return examineAtRest(stage, sender);
}

async function isIdle({ hosts }: Stage): Promise<boolean> {
  const answers = await Promise.all(hosts.map(({ url }) => readHealth(url)));
  return answers.every((health) => health?.queued === 0 && health.planned === 0);
}

/** @returns undefined where the host does not answer */
async function examine(stage: Stage, sender: Sender): Promise<Verdict | undefined> {
  const [host] = stage.hosts;
  try {
    return toVerdict(stage, sender, await readKept(host?.url ?? ''));
  } catch {
    return undefined;
  }
}

/** Reads what is there from hosts that run nothing: those that ran may hang. */
async function examineAtRest(stage: Stage, sender: Sender): Promise<Verdict> {
  for (const host of stage.hosts) await host.restartWith({ HEDDLE_DISPATCH: 'off' });
  for (const host of stage.hosts) await host.ready();
  const [host] = stage.hosts;
  return toVerdict(stage, sender, await readKept(host?.url ?? ''));
}

function toVerdict(stage: Stage, { sent, acknowledged }: Sender, kept: Kept): Verdict {
  const { kills, deaths, disturbances } = countFaults(stage);
  const executions = readJournal(stage.journal);
  return judge({
    ...{ ...kept, sent, acknowledged, executions },
    disturbances: kills + deaths + disturbances,
  });
}
