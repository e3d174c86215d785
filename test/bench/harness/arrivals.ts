import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { type Delivery, ID_HEADER, PATH } from './deliveries.ts';

export interface ArrivalOptions {
  readonly url: string;
  readonly delivery: Delivery;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Microseconds of the clock that all processes of the machine share. */
export function now(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/**
 * Sends in an open loop: deliveries leave at their times, whether or not earlier ones have been
 * answered.
 * @returns the due time of each delivery by its id. The actual send time would hide the wait of a
 *   sender that a slow receiver holds up.
 */
export async function sendArrivals(options: ArrivalOptions): Promise<ReadonlyMap<string, number>> {
  const { perSecond, seconds } = options;
  const agent = new Agent({ keepAlive: true });
  const due = new Map<string, number>();
  const answers: Promise<void>[] = [];
  const startAt = now() + 50_000;
  for (let index = 0; index < perSecond * seconds; index++) {
    const at = startAt + (index * 1_000_000) / perSecond;
    const id = randomUUID();
    due.set(id, at);
    await waitUntil(at);
    answers.push(post(options, id, agent));
  }
  await Promise.all(answers);
  agent.destroy();
  return due;
}

/** Sleeps up to the last millisecond, since timers are only that exact, and spins for the rest. */
async function waitUntil(at: number): Promise<void> {
  const ms = Math.floor((at - now()) / 1000) - 1;
  if (ms > 0) await sleep(ms);
  while (now() < at) await turn();
}

function post({ url, delivery }: ArrivalOptions, id: string, agent: Agent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { body } = delivery;
  const headers = {
    ...delivery.headers,
    'content-length': Buffer.byteLength(body),
    [ID_HEADER]: id,
  };
  const sent = request(`${url}${PATH}`, { method: 'POST', agent, headers }, (response) => {
    response.resume();
    if (response.statusCode === 202) response.once('end', resolve);
    else reject(new Error(`answered ${response.statusCode}`));
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}
