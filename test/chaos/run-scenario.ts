import { setTimeout as wait } from 'node:timers/promises';
import { fullDisk } from './faults/disks.ts';
import type { Mode } from './harness/backend.ts';
import { countFaults, drain } from './harness/drain.ts';
import { sendAll } from './harness/load.ts';
import { Random } from './harness/random.ts';
import { Sender } from './harness/sender.ts';
import { openStage, type Stage } from './harness/stage.ts';
import type { Verdict } from './harness/verdict.ts';
import { type Scenario, toFaults } from './scenarios.ts';

export interface ScenarioOptions {
  readonly scenario: Scenario;
  readonly mode: Mode;
  readonly seed: number;
  /** How long events are sent. */
  readonly loadMs: number;
  readonly perSecond: number;
  readonly keeps: boolean;
  readonly say: (text: string) => void;
}

export interface Outcome {
  readonly scenario: string;
  readonly mode: Mode;
  readonly seed: number;
  readonly seconds: number;
  readonly result: Measured | { readonly skipped: string } | { readonly error: unknown };
}

export interface Measured extends Verdict {
  /** Whether actors were to end the process. */
  readonly hasKillers: boolean;
  readonly kills: number;
  readonly deaths: number;
  readonly disturbances: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly lies: number;
}

const LAST_DELIVERIES_MS = 30_000;
const PROGRESS_MS = 5000;
const FIRST_FAULT_MS = 1000;
const BETWEEN_FAULTS_MS = { min: 500, max: 2500 };

export async function runScenario(options: ScenarioOptions): Promise<Outcome> {
  const { scenario, mode, seed } = options;
  const begun = performance.now();
  const result = await attempt(options);
  const seconds = (performance.now() - begun) / 1000;
  return { scenario: scenario.name, mode, seed, seconds, result };
}

async function attempt(options: ScenarioOptions): Promise<Outcome['result']> {
  const { scenario, mode, keeps } = options;
  const faults = toFaults(scenario, mode);
  const needsSmallDisk = faults.includes(fullDisk);
  try {
    const stage = await openStage({
      ...{ mode, keeps, needsSmallDisk, hosts: scenario.hosts, random: random(options, 'faults') },
    });
    try {
      if (scenario.faults.includes(fullDisk) && stage.disk === undefined) {
        return { skipped: 'this user may not mount a small file system' };
      }
      const urls = stage.hosts.map(({ url }) => url);
      const sender = new Sender({ urls, random: random(options, 'load'), prefix: scenario.name });
      return await storm(stage, sender, options);
    } finally {
      await stage.close();
    }
  } catch (error) {
    return { error };
  }
}

function random({ seed, scenario, mode }: ScenarioOptions, part: string): Random {
  return new Random(`${seed} ${scenario.name} ${mode} ${part}`);
}

async function storm(stage: Stage, sender: Sender, options: ScenarioOptions): Promise<Measured> {
  const { scenario, mode, loadMs, perSecond, say } = options;
  const until = performance.now() + loadMs;
  const progress = setInterval(() => say(toProgress(stage, sender)), PROGRESS_MS);
  try {
    await Promise.all([
      sendAll(sender, {
        random: random(options, 'kinds'),
        killers: scenario.killers,
        loadMs,
        perSecond,
      }),
      disturb(stage, toFaults(scenario, mode), until),
    ]);
    await sender.finish(LAST_DELIVERIES_MS);
    say(`${toProgress(stage, sender)}; waits until all of it has run`);
    const verdict = await drain(stage, sender);
    return { ...count(stage, sender), ...verdict, hasKillers: scenario.killers.length > 0 };
  } finally {
    clearInterval(progress);
  }
}

/** Injects each fault, and all of them again, until the time is up. */
async function disturb(
  stage: Stage,
  faults: ReturnType<typeof toFaults>,
  until: number,
): Promise<void> {
  const { random } = stage;
  await wait(FIRST_FAULT_MS);
  while (faults.length > 0) {
    for (const fault of random.shuffle(faults)) {
      if (performance.now() > until) return;
      await fault.inject(stage);
      await wait(random.between(BETWEEN_FAULTS_MS.min, BETWEEN_FAULTS_MS.max));
    }
  }
}

function count(stage: Stage, { acknowledged, refused, lies }: Sender) {
  return { ...countFaults(stage), acknowledged: acknowledged.size, refused, lies };
}

function toProgress(stage: Stage, sender: Sender): string {
  const { kills, deaths, disturbances, acknowledged, refused } = count(stage, sender);
  return [
    `${sender.sent.size} sent, ${acknowledged} acknowledged, ${refused} refused`,
    `${kills} kills, ${deaths} deaths, ${disturbances} other faults`,
  ].join('; ');
}
