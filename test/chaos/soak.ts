import { setTimeout as wait } from 'node:timers/promises';
import { readHealth } from './harness/api.ts';
import { drain } from './harness/drain.ts';
import { sendAll } from './harness/load.ts';
import { measure, type Sample } from './harness/measure.ts';
import type { Options } from './harness/options.ts';
import { Random } from './harness/random.ts';
import { formatTable } from './harness/report.ts';
import { createSay } from './harness/say.ts';
import { Sender } from './harness/sender.ts';
import { openStage, type Stage } from './harness/stage.ts';
import type { Verdict } from './harness/verdict.ts';

const SAMPLES = 20;
const MIN_SAMPLE_MS = 1000;
const LAST_DELIVERIES_MS = 30_000;
const MEGABYTE = 2 ** 20;
const KILOBYTE = 1024;

interface Soaked {
  readonly samples: readonly Sample[];
  readonly verdict: Verdict;
  readonly acknowledged: number;
  readonly deaths: number;
  /** What /health said when it did not say healthy. */
  readonly complaints: readonly string[];
}

/** Sends for a long time while nothing goes wrong. @returns whether nothing did */
export async function soak(options: Options): Promise<boolean> {
  let isGood = true;
  for (const mode of options.modes) {
    const random = new Random(`${options.seed} soak ${mode}`);
    const { keeps } = options;
    const stage = await openStage({ mode, random, keeps, hosts: 1, needsSmallDisk: false });
    try {
      const soaked = await run(stage, options);
      console.log(`\n${report(soaked, mode)}\n`);
      isGood &&= isSound(soaked);
    } finally {
      await stage.close();
    }
  }
  return isGood;
}

async function run(stage: Stage, { soakMs = 0, perSecond }: Options): Promise<Soaked> {
  const { random, mode, hosts } = stage;
  const say = createSay(`soak (${mode})`);
  const sender = new Sender({ urls: hosts.map(({ url }) => url), random, prefix: 'soak' });
  const ended = new AbortController();
  const watched = watch(stage, { sender, soakMs, say, signal: ended.signal });
  await sendAll(sender, { random, perSecond, loadMs: soakMs, killers: [] });
  await sender.finish(LAST_DELIVERIES_MS);
  say('waits until all of it has run');
  const verdict = await drain(stage, sender);
  ended.abort();
  const { acknowledged } = sender;
  const deaths = hosts.reduce((total, host) => total + host.deaths, 0);
  return { ...(await watched), verdict, deaths, acknowledged: acknowledged.size };
}

interface WatchOptions {
  readonly sender: Sender;
  readonly soakMs: number;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Samples until the signal, and once more then. */
async function watch(stage: Stage, { sender, soakMs, say, signal }: WatchOptions) {
  const begun = performance.now();
  const samples: Sample[] = [];
  const complaints: string[] = [];
  const sample = async () => {
    const seconds = (performance.now() - begun) / 1000;
    const health = await readHealth(stage.hosts[0]?.url ?? '');
    if (health?.status !== 'healthy') complaints.push(toComplaint(seconds, health?.reasons));
    const taken = measure(stage, seconds, sender.sent.size);
    samples.push(taken);
    say(toCells(taken).join('  '));
  };
  while (!signal.aborted) {
    await sample();
    const pause = Math.max(MIN_SAMPLE_MS, soakMs / SAMPLES);
    await wait(pause, undefined, { signal }).catch(() => {});
  }
  await sample();
  return { samples, complaints };
}

function toComplaint(seconds: number, reasons: readonly string[] | undefined): string {
  return `after ${seconds.toFixed(0)} s: ${reasons?.join('; ') ?? 'no answer'}`;
}

const HEADINGS = ['seconds', 'events', 'memory', 'open files', 'database'];

function toCells({ seconds, sent, rssBytes, files, databaseBytes }: Sample): readonly string[] {
  return [
    ...[seconds.toFixed(0), String(sent)],
    rssBytes === undefined ? '-' : `${(rssBytes / MEGABYTE).toFixed(0)} MB`,
    files === undefined ? '-' : String(files),
    `${(databaseBytes / MEGABYTE).toFixed(1)} MB`,
  ];
}

function report(soaked: Soaked, mode: string): string {
  const { samples, verdict, acknowledged, deaths, complaints } = soaked;
  const { lost, doubled, falselyFailed } = verdict;
  const findings = Object.entries({ lost, doubled, 'falsely failed': falselyFailed });
  return [
    formatTable([HEADINGS, ...samples.map(toCells)], []),
    '',
    toGrowth(samples),
    `soak (${mode}): ${acknowledged} acknowledged, ${deaths} deaths, ${findings
      .map(([what, found]) => `${found.length} ${what}`)
      .join(', ')}, ${complaints.length} times not healthy: ${isSound(soaked) ? 'ok' : 'FAILED'}`,
    ...findings.flatMap(([what, found]) => found.slice(0, 5).map((text) => `  ${what}: ${text}`)),
    ...complaints.slice(0, 5).map((text) => `  ${text}`),
  ].join('\n');
}

/** Growth in the second half: by then caches are warm and the database's log has its full size. */
function toGrowth(samples: readonly Sample[]): string {
  const [first, last] = [samples[Math.floor(samples.length / 2)], samples.at(-1)];
  if (first === undefined || last === undefined) return '';
  const events = Math.max(1, last.sent - first.sent);
  const perEvent = (to: number, from: number) =>
    `${((to - from) / events / KILOBYTE).toFixed(2)} KB`;
  const files = (last.files ?? 0) - (first.files ?? 0);
  return [
    `growth per event in the second half: database ${perEvent(last.databaseBytes, first.databaseBytes)}`,
    `memory ${perEvent(last.rssBytes ?? 0, first.rssBytes ?? 0)}`,
    `open files ${files >= 0 ? '+' : ''}${files} in all`,
  ].join(', ');
}

function isSound({ verdict, deaths, complaints }: Soaked): boolean {
  const { lost, doubled, falselyFailed } = verdict;
  return lost.length + doubled.length + falselyFailed.length + deaths + complaints.length === 0;
}
