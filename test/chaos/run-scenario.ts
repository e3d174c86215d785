import { setTimeout as wait } from 'node:timers/promises';
import { fullDisk } from './faults/disks.ts';
import { type Kept, readHealth, readKept } from './harness/api.ts';
import type { Mode } from './harness/backend.ts';
import { readJournal } from './harness/journal.ts';
import { INNOCENTS, SHARES } from './harness/kinds.ts';
import { Random } from './harness/random.ts';
import { Sender } from './harness/sender.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { judge, type Verdict } from './harness/verdict.ts';
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
  readonly kills: number;
  readonly deaths: number;
  readonly disturbances: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly lies: number;
}

const DRAIN_MS = 120_000;
const LAST_DELIVERIES_MS = 30_000;
const PROGRESS_MS = 5000;
const FIRST_FAULT_MS = 1000;
const BETWEEN_FAULTS_MS = { min: 500, max: 2500 };
const LOOK_EVERY_MS = 250;

export async function runScenario(options: ScenarioOptions): Promise<Outcome> {
  const { scenario, mode, seed } = options;
  const begun = performance.now();
  const result = await attempt(options);
  const seconds = (performance.now() - begun) / 1000;
  return { scenario: scenario.name, mode, seed, seconds, result };
}

async function attempt(options: ScenarioOptions): Promise<Outcome['result']> {
  const { scenario, mode, seed, keeps } = options;
  const faults = toFaults(scenario, mode);
  const random = (part: string) => new Random(`${seed} ${scenario.name} ${mode} ${part}`);
  const needsSmallDisk = faults.includes(fullDisk);
  try {
    const stage = await openStage({
      ...{ mode, keeps, needsSmallDisk, hosts: scenario.hosts, random: random('faults') },
    });
    try {
      if (scenario.faults.includes(fullDisk) && stage.disk === undefined) {
        return { skipped: 'this user may not mount a small file system' };
      }
      const urls = stage.hosts.map(({ url }) => url);
      const sender = new Sender({ urls, random: random('load'), prefix: scenario.name });
      return await storm(stage, sender, options);
    } finally {
      await stage.close();
    }
  } catch (error) {
    return { error };
  }
}

async function storm(stage: Stage, sender: Sender, options: ScenarioOptions): Promise<Measured> {
  const { scenario, mode, loadMs, say } = options;
  const until = performance.now() + loadMs;
  const progress = setInterval(() => say(toProgress(stage, sender)), PROGRESS_MS);
  try {
    await Promise.all([
      sendAll(sender, options, until),
      disturb(stage, toFaults(scenario, mode), until),
    ]);
    await sender.finish(LAST_DELIVERIES_MS);
    say(`${toProgress(stage, sender)}; waits until all of it has run`);
    return { ...count(stage, sender), ...(await drain(stage, sender)) };
  } finally {
    clearInterval(progress);
  }
}

/** Sends at the rate, whatever becomes of the deliveries. */
async function sendAll(
  sender: Sender,
  { scenario, mode, seed, loadMs, perSecond }: ScenarioOptions,
  until: number,
): Promise<void> {
  const random = new Random(`${seed} ${scenario.name} ${mode} kinds`);
  const total = Math.round((loadMs / 1000) * perSecond);
  const begun = until - loadMs;
  const killers = new Map(
    scenario.killers.map((kind) => [Math.floor(random.between(0.1, 0.6) * total), kind]),
  );
  for (let number = 0; number < total; number++) {
    const late = begun + (number * 1000) / perSecond - performance.now();
    if (late > 0) await wait(late);
    sender.send(killers.get(number) ?? draw(random));
  }
}

function draw(random: Random) {
  let left = random.next();
  const index = SHARES.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return INNOCENTS.at(index) ?? random.pick(INNOCENTS);
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

function countFaults({ hosts, disturbances }: Stage) {
  const sum = (of: 'kills' | 'deaths') => hosts.reduce((total, host) => total + host[of], 0);
  return { kills: sum('kills'), deaths: sum('deaths'), disturbances };
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

/** Waits until everything has run, or the time is up, and judges what is there then. */
async function drain(stage: Stage, sender: Sender): Promise<Verdict> {
  const deadline = performance.now() + DRAIN_MS;
  while (performance.now() < deadline) {
    if (await isIdle(stage)) {
      const verdict = await examine(stage, sender);
      if (verdict !== undefined && verdict.lost.length === 0) return verdict;
    }
    await wait(LOOK_EVERY_MS);
  }
  return examineAtRest(stage, sender);
}

async function isIdle({ hosts }: Stage): Promise<boolean> {
  const answers = await Promise.all(hosts.map(({ url }) => readHealth(url)));
  return answers.every((health) => health?.queued === 0);
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
