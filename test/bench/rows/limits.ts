import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../harness/child.ts';
import { LARGE, SMALL } from '../harness/deliveries.ts';
import { sendLoad } from '../harness/load.ts';
import type { Result, Row } from '../harness/row.ts';
import { countQueued, ROOT, startHost } from '../harness/servers.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';

const WAITING = 20_000;
/** Enough for one measurement, so that the slots are never idle. */
const SHORT_LINE = 1000;
/** Runs of 30 ms, four at once. */
const ALLOWED_PER_SECOND = 4 / 0.03;
const RUNS = 3;
/** Messages that stay in the queue: those of runs in flight, and of the line. */
const SETTLED = 50;
const SETTLED_WITHIN_MS = 120_000;

interface Rates {
  readonly limited: number;
  readonly free: number;
}

export const limits: Row = {
  name: 'limits',
  about: `maxConcurrent: 4 with ${WAITING} waiting, beside a trigger without a limit`,
  async run(settings) {
    await using server = await startHost(settings, {
      isDispatching: true,
      app: join(ROOT, 'test/bench/limits-app'),
    });
    const short: Rates[] = [];
    const long: Rates[] = [];
    for (let run = 1; run <= RUNS; run++) {
      settings.say(`a short line, run ${run} of ${RUNS}`);
      await fill(server, SHORT_LINE);
      short.push(await measure(server, settings.seconds));
    }
    settings.say(`filling a line of ${WAITING}`);
    await fill(server, WAITING);
    for (let run = 1; run <= RUNS; run++) {
      settings.say(`the long line, run ${run} of ${RUNS}`);
      long.push(await measure(server, settings.seconds));
    }
    return toResults(short, long);
  },
};

/** Sends until so many wait in line, and none of their events in the queue. */
async function fill(server: Server, waiting: number): Promise<void> {
  const { url } = server;
  await sendLoad({ url, delivery: SMALL, connections: 16, limit: { amount: waiting } });
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while ((await countQueued(server)) > SETTLED) {
    if (Date.now() > deadline) throw new Error('the events were not brought in line in time');
    await sleep(200);
  }
}

/** Runs a second: of the limited trigger alone, and then of its neighbour under full load. */
async function measure(server: Server, seconds: number): Promise<Rates> {
  const { url } = server;
  const limited = await count(server, 'limited', () => sleep(seconds * 1000));
  const load = { url, delivery: LARGE, connections: 4, limit: { duration: seconds } };
  const free = await count(server, 'free', () => sendLoad(load));
  return { limited, free };
}

async function count(
  server: Server,
  name: keyof Rates,
  during: () => Promise<unknown>,
): Promise<number> {
  const before = await readFinished(server);
  const begin = performance.now();
  await during();
  const passed = (performance.now() - begin) / 1000;
  return ((await readFinished(server))[name] - before[name]) / passed;
}

async function readFinished({ url }: Server): Promise<Rates> {
  const response = await fetch(`${url}/finished`);
  if (!response.ok) throw new Error(`/finished answered ${response.status}`);
  return (await response.json()) as Rates;
}

function toResults(short: readonly Rates[], long: readonly Rates[]): readonly Result[] {
  const limited = long.map((rates) => rates.limited);
  const free = [short, long].map((all) => all.map((rates) => rates.free));
  const [freeBefore = [], freeNow = []] = free;
  const allowed = limited.map(() => ALLOWED_PER_SECOND);
  const before = toSpread(short.map((rates) => rates.limited)).median;
  return [
    {
      name: `limited to 4 at once, ${WAITING} waiting`,
      unit: 'runs/s',
      value: toSpread(limited),
      baseline: toSpread(allowed),
      ratio: toRatio(limited, allowed),
      bound: { atLeast: 0.8 },
      note: `the baseline is what the limit allows; with a short line it was ${before.toFixed(0)}/s`,
    },
    {
      name: 'its neighbour without a limit',
      unit: 'runs/s',
      value: toSpread(freeNow),
      baseline: toSpread(freeBefore),
      ratio: toRatio(freeNow, freeBefore),
      bound: { atLeast: 0.9 },
      note: 'the baseline is the same load beside a short line',
    },
  ];
}
