import type { Server } from '../harness/child.ts';
import { type Delivery, LARGE, SMALL } from '../harness/deliveries.ts';
import { sendLoad } from '../harness/load.ts';
import type { Bound, Result, Row, Settings } from '../harness/row.ts';
import { countQueued, startHost, startScript } from '../harness/servers.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';

/**
 * The bound applies to ingest alone, with HEDDLE_DISPATCH=off: in Azure the HTTP functions and
 * dispatch scale separately. A row of its own measures both in one process.
 */

/** Number of rounds; each measures every server once. */
const ROUNDS = 5;
const CONNECTIONS = 32;
const WARM_UP_SECONDS = 1;

interface Subject {
  readonly name: string;
  readonly bound?: Bound;
  /** True where nothing receives messages, so that accepted ones can be counted in the queue. */
  readonly isKeeping: boolean;
  start(settings: Settings): Promise<Server>;
}

interface Sample {
  readonly perSecond: number;
  readonly cpuMicros: number;
  /** The share of one CPU that the server used. */
  readonly busy: number;
}

const BARE: Subject = {
  name: 'bare node:http',
  isKeeping: false,
  start: (settings) => startScript(settings, 'bare.ts'),
};

const SUBJECTS: readonly Subject[] = [
  {
    name: 'durable ingest',
    bound: { atLeast: 0.6 },
    isKeeping: true,
    start: (settings) => startHost(settings, { isDispatching: false }),
  },
  {
    name: 'durable ingest, dispatching as well',
    isKeeping: false,
    start: (settings) => startHost(settings, { isDispatching: true }),
  },
  {
    name: 'durable ingest without the Functions host',
    isKeeping: true,
    start: (settings) => startScript(settings, 'direct.ts'),
  },
];

export const ingest: Row = {
  name: 'ingest',
  about: `durable ingest against a bare server that checks and parses, ${CONNECTIONS} connections; dispatch off, as it scales apart in Azure`,
  async run(settings) {
    const results: Result[] = [];
    for (const delivery of [SMALL, LARGE]) results.push(...(await compare(delivery, settings)));
    return results;
  },
};

async function compare(delivery: Delivery, settings: Settings): Promise<readonly Result[]> {
  const samples = new Map<Subject, Sample[]>();
  for (let round = 1; round <= ROUNDS; round++) {
    settings.say(`${delivery.title}: round ${round} of ${ROUNDS}`);
    for (const subject of [BARE, ...SUBJECTS]) {
      const taken = samples.get(subject) ?? [];
      taken.push(await measure(subject, delivery, settings));
      samples.set(subject, taken);
    }
  }
  const bare = samples.get(BARE) ?? [];
  return SUBJECTS.map((subject) => toResult(subject, delivery, samples.get(subject) ?? [], bare));
}

/** Measures on a fresh server and database, so that no state grows between measurements. */
async function measure(subject: Subject, delivery: Delivery, settings: Settings): Promise<Sample> {
  await using server = await subject.start(settings);
  const { url } = server;
  const options = { url, delivery, connections: CONNECTIONS };
  const warmUp = await sendLoad({ ...options, limit: { duration: WARM_UP_SECONDS } });
  const before = await server.usage();
  const load = await sendLoad({ ...options, limit: { duration: settings.seconds } });
  const cpuMs = (await server.usage()).cpuMs - before.cpuMs;
  if (subject.isKeeping) await assertKept(server, warmUp.accepted + load.accepted);
  return {
    perSecond: load.perSecond,
    cpuMicros: (cpuMs * 1000) / load.accepted,
    busy: (cpuMs * load.perSecond) / (load.accepted * 1000),
  };
}

/** Checks that every accepted delivery is in the queue, since each has its own id. */
async function assertKept(server: Server, accepted: number): Promise<void> {
  const queued = await countQueued(server);
  if (queued < accepted) throw new Error(`${accepted} were accepted, ${queued} are in the queue`);
}

function toResult(
  { name, bound }: Subject,
  { title }: Delivery,
  samples: readonly Sample[],
  bare: readonly Sample[],
): Result {
  const rates = samples.map(({ perSecond }) => perSecond);
  const bareRates = bare.map(({ perSecond }) => perSecond);
  return {
    name: `${name} (${title})`,
    unit: '/s',
    value: toSpread(rates),
    baseline: toSpread(bareRates),
    ratio: toRatio(rates, bareRates),
    ...(bound ? { bound } : {}),
    note: toNote(samples, bare),
  };
}

/** Reports CPU time, which a busy machine distorts least. */
function toNote(samples: readonly Sample[], bare: readonly Sample[]): string {
  const micros = (of: readonly Sample[]) => toSpread(of.map((sample) => sample.cpuMicros)).median;
  const busy = (of: readonly Sample[]) => toSpread(of.map((sample) => sample.busy)).median;
  const describe = (of: readonly Sample[]) =>
    `${micros(of).toFixed(0)} µs of processor a request (${(busy(of) * 100).toFixed(0)} % busy)`;
  const ratio = (micros(bare) / micros(samples)).toFixed(2);
  return `${describe(samples)}, bare ${describe(bare)}: a ratio of ${ratio}`;
}
