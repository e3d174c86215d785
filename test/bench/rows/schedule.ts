import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../harness/child.ts';
import type { Result, Row } from '../harness/row.ts';
import { ROOT, startHost } from '../harness/servers.ts';
import { toPercentile, toSpread } from '../harness/statistics.ts';

const INTERVAL_MS = 2000;
/**
 * Multiple of the seconds for one load measurement: three seconds become a minute, which has 30
 * fires.
 */
const LENGTH = 20;
/** The interval at which Azure calls the planning function; planning time is compared with it. */
const HOST_TIMER_MS = 60_000;

export const schedule: Row = {
  name: 'schedule',
  about: `interval: ${INTERVAL_MS / 1000}s, from when a fire was due to the beginning of its actor`,
  async run(settings) {
    const app = join(ROOT, 'test/bench/schedule-app');
    await using server = await startHost(settings, { isDispatching: true, app });
    const seconds = settings.seconds * LENGTH;
    settings.say(`${seconds} seconds of fires`);
    await sleep(seconds * 1000 + INTERVAL_MS / 2);
    return toResults(await readBegan(server), seconds);
  },
};

interface Began {
  readonly due: number;
  readonly at: number;
}

async function readBegan({ url }: Server): Promise<readonly Began[]> {
  const response = await fetch(`${url}/began`);
  if (!response.ok) throw new Error(`/began answered ${response.status}`);
  return (await response.json()) as readonly Began[];
}

function toResults(began: readonly Began[], seconds: number): readonly Result[] {
  checkEach(began, seconds);
  const off = began.map(({ due, at }) => Math.abs(at - due));
  const at = (share: number) => toSpread([toPercentile(off, share)]);
  const note = `${began.length} fires in ${seconds} s, each once; slowest ${at(1).max} ms. In Azure the timer that plans them fires every ${HOST_TIMER_MS} ms`;
  const title = `|actual − due|, interval: ${INTERVAL_MS / 1000}s`;
  return [
    { name: `${title}, p50`, unit: 'ms', value: at(0.5), note },
    { name: `${title}, p99`, unit: 'ms', value: at(0.99), bound: { atMost: 100 } },
  ];
}

/** Fails where a fire was lost or came twice. */
function checkEach(began: readonly Began[], seconds: number): void {
  const dues = began.map(({ due }) => due).sort((a, b) => a - b);
  const steps = dues.slice(1).map((due, index) => due - (dues[index] ?? 0));
  const wrong = steps.find((step) => step !== INTERVAL_MS);
  if (wrong !== undefined) throw new Error(`a fire came ${wrong} ms after the one before`);
  const least = (seconds * 1000) / INTERVAL_MS - 1;
  if (dues.length < least) throw new Error(`${dues.length} fires came, of at least ${least}`);
}
