import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../harness/child.ts';
import { type Delivery, LARGE, SMALL } from '../harness/deliveries.ts';
import { sendLoad } from '../harness/load.ts';
import type { Result, Row, Settings } from '../harness/row.ts';
import { countQueued, startHost, startScript } from '../harness/servers.ts';
import { toSpread } from '../harness/statistics.ts';

/**
 * CPU time, which a busy machine distorts less than it does durations. The process is the local
 * Functions host: it has what the app does, and the receiving and completing of messages, which the
 * Functions host does in Azure.
 */

const WARM_UP = 1000;
const EVENTS = 1500;
const ROUNDS = 5;
const CONNECTIONS = 8;
const DONE_WITHIN_MS = 60_000;

const TRIGGERS = { triggers: [{ name: 'log-all', source: 'github', actor: 'log' }] };

export const azureCpu: Row = {
  name: 'azure-cpu',
  about: `processor time of one event with one run on Service Bus and Cosmos DB, ${CONNECTIONS} connections, emulators in another process`,
  async run(settings) {
    const results: Result[] = [];
    for (const delivery of [SMALL, LARGE]) results.push(await measure(delivery, settings));
    return results;
  },
};

/** Starts fresh emulators and a fresh app. */
async function measure(delivery: Delivery, settings: Settings): Promise<Result> {
  await using emulators = await startScript(settings, 'emulators.ts');
  const env = (await (await fetch(emulators.url)).json()) as Record<string, string>;
  await using server = await startHost(settings, {
    isDispatching: true,
    env: { ...env, TRIGGERS_B64_00: Buffer.from(JSON.stringify(TRIGGERS)).toString('base64') },
  });
  await handle(server, delivery, WARM_UP);
  const taken: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const before = await server.usage();
    await handle(server, delivery, EVENTS);
    taken.push(((await server.usage()).cpuMs - before.cpuMs) / EVENTS);
    settings.say(`${delivery.title}: round ${round} of ${ROUNDS}: ${taken.at(-1)?.toFixed(3)} ms`);
  }
  const name = `processor time of an event in Azure mode (${delivery.title})`;
  const value = toSpread(taken);
  return {
    name,
    unit: 'ms',
    value,
    note: `${EVENTS} events a run; least ${value.min.toFixed(3)} ms`,
  };
}

/** Resolves when all have run. */
async function handle(server: Server, delivery: Delivery, amount: number): Promise<void> {
  const options = { url: server.url, delivery, connections: CONNECTIONS };
  await sendLoad({ ...options, limit: { amount } });
  const deadline = Date.now() + DONE_WITHIN_MS;
  while ((await countQueued(server)) > 0) {
    if (Date.now() > deadline) throw new Error('not every event was dealt with in time');
    await sleep(250);
  }
}
