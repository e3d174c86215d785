import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../harness/child.ts';
import { LARGE } from '../harness/deliveries.ts';
import { sendLoad } from '../harness/load.ts';
import type { Result, Row } from '../harness/row.ts';
import { countQueued, startHost } from '../harness/servers.ts';
import { toSpread } from '../harness/statistics.ts';

const EVENTS = 20_000;
const CONNECTIONS = 8;
const SETTLE_MS = 3000;
const DONE_WITHIN_MS = 120_000;

export const memory: Row = {
  name: 'memory',
  about: `resident memory of the local host with the bundle, idle and after ${EVENTS} events`,
  async run(settings) {
    await using server = await startHost(settings, { isDispatching: true });
    await sleep(SETTLE_MS);
    const idle = await server.usage();
    settings.say(`sending ${EVENTS} events`);
    const limit = { amount: EVENTS };
    await sendLoad({ url: server.url, delivery: LARGE, connections: CONNECTIONS, limit });
    const peak = await server.usage();
    await untilDone(server);
    await sleep(SETTLE_MS);
    const after = await server.usage();
    return [
      toResult('resident memory, idle after the start', idle.residentMb),
      toResult(`resident memory, ${EVENTS} events just taken in`, peak.residentMb),
      toResult(`resident memory, idle after ${EVENTS} events`, after.residentMb),
    ];
  },
};

async function untilDone(server: Server): Promise<void> {
  const deadline = Date.now() + DONE_WITHIN_MS;
  while ((await countQueued(server)) > 0) {
    if (Date.now() > deadline) throw new Error('not every event was dealt with in time');
    await sleep(500);
  }
}

function toResult(name: string, megabytes: number): Result {
  return { name, unit: 'MB', value: toSpread([megabytes]) };
}
