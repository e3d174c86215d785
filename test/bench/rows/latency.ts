import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendArrivals } from '../harness/arrivals.ts';
import type { Server } from '../harness/child.ts';
import { type Delivery, LARGE } from '../harness/deliveries.ts';
import type { Result, Row, Settings } from '../harness/row.ts';
import { ROOT, startHost } from '../harness/servers.ts';
import { toPercentile, toSpread } from '../harness/statistics.ts';

const PER_SECOND = 200;
const WARM_UP_SECONDS = 3;
const RUNS = 3;
/** Multiple of the seconds for one load measurement; three such runs take about 20 seconds. */
const LENGTH = 2;
const DONE_WITHIN_MS = 10_000;

export const latency: Row = {
  name: 'latency',
  about: `webhook sent to actor done, ${PER_SECOND} deliveries a second at constant intervals`,
  async run(settings) {
    await using server = await startHost(settings, {
      isDispatching: true,
      app: join(ROOT, 'test/bench/app'),
    });
    await measure(server, LARGE, WARM_UP_SECONDS);
    const runs: number[][] = [];
    for (let run = 1; run <= RUNS; run++) {
      settings.say(`run ${run} of ${RUNS}`);
      runs.push(await measure(server, LARGE, settings.seconds * LENGTH));
    }
    return toResults(runs, settings);
  },
};

/** Milliseconds from the scheduled send of each delivery to the end of its actor. */
async function measure(server: Server, delivery: Delivery, seconds: number): Promise<number[]> {
  const due = await sendArrivals({ url: server.url, delivery, perSecond: PER_SECOND, seconds });
  const deadline = Date.now() + DONE_WITHIN_MS;
  for (;;) {
    const finished = await readFinished(server);
    const ends = [...due].map(([id, at]) => ((finished[id] ?? Number.NaN) - at) / 1000);
    if (!ends.some(Number.isNaN)) return ends;
    if (Date.now() > deadline) {
      throw new Error(`${ends.filter(Number.isNaN).length} of ${due.size} actors did not run`);
    }
    await sleep(200);
  }
}

async function readFinished(server: Server): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${server.url}/finished`);
  if (!response.ok) throw new Error(`/finished answered ${response.status}`);
  return (await response.json()) as Readonly<Record<string, number>>;
}

function toResults(runs: readonly number[][], { seconds }: Settings): readonly Result[] {
  const at = (share: number) => toSpread(runs.map((run) => toPercentile(run, share)));
  const title = `webhook to actor done, ${PER_SECOND}/s (${LARGE.title})`;
  const note = `from the scheduled time of sending; ${seconds * LENGTH} s a run; slowest ${at(1).max.toFixed(1)} ms`;
  return [
    { name: `${title}, p50`, unit: 'ms', value: at(0.5), bound: { atMost: 5 }, note },
    { name: `${title}, p99`, unit: 'ms', value: at(0.99), bound: { atMost: 25 } },
  ];
}
