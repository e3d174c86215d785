import { randomUUID } from 'node:crypto';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { type Delivery, ID_HEADER, LARGE, SMALL } from '../harness/deliveries.ts';
import { createInProcess, type InProcess } from '../harness/in-process.ts';
import type { Result, Row } from '../harness/row.ts';
import { toPercentile, toSpread } from '../harness/statistics.ts';

const EVENTS = 1000;
const RUNS = 5;

let onStart = () => {};

class Start extends Actor {
  execute(): void {
    onStart();
  }
}

/** Milliseconds without the time of storage calls. */
interface Sample {
  /** From the request's arrival in the app until its event is durable. */
  readonly receive: number;
  /** From the message's arrival in dispatch until the actor starts. */
  readonly dispatch: number;
}

export const actorStart: Row = {
  name: 'actor-start',
  about: 'event to actor start in process, less the time of the storage calls, database in memory',
  async run(settings) {
    const results: Result[] = [];
    for (const delivery of [SMALL, LARGE]) {
      settings.say(delivery.title);
      results.push(...(await measure(delivery)));
    }
    return results;
  },
};

async function measure(delivery: Delivery): Promise<readonly Result[]> {
  const engine = await createInProcess(Start);
  await measureRun(engine, delivery);
  const runs: Sample[][] = [];
  while (runs.length < RUNS) runs.push(await measureRun(engine, delivery));
  await engine.app.stop();
  const toP50 = (pick: (sample: Sample) => number) =>
    toSpread(runs.map((run) => toPercentile(run.map(pick), 0.5)));
  const title = `${delivery.title}, p50`;
  const note = `${EVENTS} events a run, one after the other`;
  return [
    {
      ...{ name: `event to actor start (${title})`, unit: 'ms', note, bound: { atMost: 0.1 } },
      value: toP50(({ dispatch }) => dispatch),
    },
    {
      ...{ name: `webhook to actor start, in process (${title})`, unit: 'ms' },
      value: toP50(({ receive, dispatch }) => receive + dispatch),
    },
  ];
}

async function measureRun(engine: InProcess, delivery: Delivery): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (samples.length < EVENTS) samples.push(await measureOne(engine, delivery));
  return samples;
}

async function measureOne(engine: InProcess, delivery: Delivery): Promise<Sample> {
  const receive = await timeReceive(engine, delivery);
  const [message] = await engine.queue.receive(1);
  if (!message) throw new Error('an event was taken in and the queue is empty');
  const { storage, handler } = engine;
  const handed = { ...message, signal: new AbortController().signal };
  let dispatch = Number.NaN;
  storage.take();
  const start = performance.now();
  onStart = () => {
    dispatch = performance.now() - start - storage.take();
  };
  await handler.handle(handed);
  await engine.queue.complete(message);
  if (Number.isNaN(dispatch)) throw new Error('an event was dispatched and no actor ran');
  return { receive, dispatch };
}

async function timeReceive({ app, storage }: InProcess, delivery: Delivery): Promise<number> {
  const headers: Readonly<Record<string, string>> = {
    ...delivery.headers,
    [ID_HEADER]: randomUUID(),
  };
  const request = {
    ...{ method: 'POST', query: new URLSearchParams(), traceparent: undefined },
    headers: { get: (name: string) => headers[name] ?? null, keys: () => Object.keys(headers) },
    body: Buffer.from(delivery.body),
    receivedAt: app.now(),
  };
  storage.take();
  const start = performance.now();
  await app.receive('github', undefined, request);
  return performance.now() - start - storage.take();
}
