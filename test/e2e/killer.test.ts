import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Run } from '../../shared/heddle/domain/run.ts';
import type { Page } from '../../shared/heddle/ports/document-store.ts';
import { type AzureBackend, isAzure, startAzureBackend } from '../helpers/backend.ts';
import { type RunningHost, startHost } from '../helpers/local-host.ts';

const INNOCENTS = 8;
/** Long enough that no lock is lost while several hosts start at once. */
const LOCK_MS = 8000;
const LATE = { timeout: 150_000, interval: 250 };
const WITHIN = 200_000;

const app = fileURLToPath(new URL('../fixtures/killer-app', import.meta.url));
const folders: string[] = [];
const backends: AzureBackend[] = [];
afterAll(async () => {
  for (const backend of backends) await backend[Symbol.asyncDispose]();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** The hosts of the file run at the same time, each on a queue of its own. */
async function startOwnBackend(): Promise<NodeJS.ProcessEnv> {
  if (!isAzure) return {};
  const queues = [
    { name: 'events', lockMs: LOCK_MS },
    { name: 'events-ordered', lockMs: LOCK_MS, requiresSession: true },
  ];
  const backend = await startAzureBackend({ queues });
  backends.push(backend);
  return backend.env;
}

interface Note {
  readonly runId: string;
  readonly what: string;
  readonly pid: number;
}

/** A host that is started again when it dies, as `npm start` does. */
class Target {
  readonly #host: RunningHost;
  readonly #appendFile: string;

  private constructor(host: RunningHost, appendFile: string) {
    this.#host = host;
    this.#appendFile = appendFile;
  }

  static async start(env: NodeJS.ProcessEnv = {}): Promise<Target> {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-killer-'));
    folders.push(folder);
    const appendFile = join(folder, 'notes.jsonl');
    const settings = {
      HEDDLE_DATA_DIR: folder,
      HEDDLE_TRIGGERS_FILE: join(app, 'triggers.yaml'),
      HEDDLE_LOCK_SECONDS: String(LOCK_MS / 1000),
      APPEND_FILE: appendFile,
      ...(await startOwnBackend()),
      ...env,
    };
    return new Target(await startHost({ app, args: ['--restart'], env: settings }), appendFile);
  }

  /** Sends it until it is accepted: the host may die before it answers. */
  async emit(endpoint: string, id: string, data: object): Promise<void> {
    const send = () =>
      fetch(`${this.#host.url}/api/v1/emit`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ endpoint, id, data }),
      });
    await vi.waitFor(async () => expect((await send()).status).toBe(202), LATE);
  }

  /** Sends eight runs of 300 ms and one that does harm beside them, all at once. */
  async emitAll(how: string): Promise<void> {
    const innocents = Array.from({ length: INNOCENTS }, (_, n) =>
      this.emit('innocent', `innocent-${n}`, {}),
    );
    await Promise.all([...innocents, this.emit('harm', 'harm', { how, beside: INNOCENTS })]);
  }

  /** Undefined while the host is not there. */
  async runs(): Promise<readonly Run[] | undefined> {
    try {
      const response = await fetch(`${this.#host.url}/api/v1/runs?limit=100`);
      return ((await response.json()) as Page<Run>).items;
    } catch {
      return undefined;
    }
  }

  /** Waits until as many runs have ended. */
  async ended(count: number): Promise<ReadonlyMap<string, Run>> {
    const find = async () => (await this.runs()) ?? [];
    const isEnded = ({ status }: Run) => ['succeeded', 'failed'].includes(status);
    await vi
      .waitFor(async () => expect((await find()).filter(isEnded)).toHaveLength(count), LATE)
      .catch((cause: unknown) => {
        throw new Error(`Its output:\n${this.output()}`, { cause });
      });
    return new Map((await find()).map((run) => [`${run.eventId} ${run.trigger}`, run]));
  }

  notes(): readonly Note[] {
    return readFileSync(this.#appendFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Note);
  }

  timesOf(run: Run | undefined): number {
    return this.notes().filter(({ runId }) => runId === run?.id).length;
  }

  output(): string {
    return this.#host.output();
  }

  async get(path: string): Promise<unknown> {
    return (await fetch(`${this.#host.url}/${path}`)).json();
  }

  stop(): Promise<unknown> {
    return this.#host.stop();
  }
}

const interruptions = (run: Run | undefined) =>
  run?.attempts.filter(({ outcome }) => outcome === 'interrupted').length;

/** A process that dies is waited for half a minute, so one way has to do where time is short. */
const isSlow = process.env.HEDDLE_TEST_SLOW === 'on';

describe('a run that ends its process', () => {
  const block = { how: 'block', env: { HEDDLE_BLOCKED_SECONDS: '5' } };
  // Azure's emulators share the machine with the hosts: what is the same there is left out.
  const memory = isAzure
    ? []
    : [{ how: 'memory', env: { NODE_OPTIONS: '--max-old-space-size=128' } }];
  const ways = [{ how: 'exit', env: {} }, ...(isSlow ? [...memory, block] : [])];

  // Not at once: a host that is started is ended with the test that vitest takes for the present one.
  it.each(ways)(
    'by $how fails alone, and no other is interrupted more than twice',
    async ({ how, env }) => {
      const target = await Target.start(env);
      await target.emitAll(how);
      const runs = await target.ended(INNOCENTS + 1);
      for (let n = 0; n < INNOCENTS; n++) {
        const run = runs.get(`innocent-${n} innocent`);
        expect(run).toMatchObject({ status: 'succeeded', output: 'innocent' });
        expect(interruptions(run)).toBeLessThanOrEqual(2);
        expect(target.timesOf(run)).toBeLessThanOrEqual(3);
      }
      const killer = runs.get('harm harm');
      expect(killer).toMatchObject({ status: 'failed', error: { code: 'process_died' } });
      // Twice beside others, twice alone.
      expect(interruptions(killer)).toBe(4);
      expect(target.timesOf(killer)).toBe(4);
      const letters = (await target.get('api/v1/dead-letters')) as Page<{ runIds: string[] }>;
      expect(letters.items.map(({ runIds }) => runIds)).toEqual([[killer?.id]]);
      // What comes later is not held back.
      await target.emit('innocent', 'later', {});
      expect((await target.ended(INNOCENTS + 2)).get('later innocent')?.attempts).toHaveLength(1);
      await target.stop();
    },
    WITHIN,
  );

  it.runIf(isSlow)(
    'fails alone among the runs of its event',
    async () => {
      const target = await Target.start();
      await target.emit('both', 'both', { how: 'exit' });
      const runs = await target.ended(3);
      expect(runs.get('both both-harm')).toMatchObject({
        ...{ status: 'failed', error: { code: 'process_died' } },
      });
      for (const trigger of ['both-innocent', 'both-last']) {
        const run = runs.get(`both ${trigger}`);
        expect(run).toMatchObject({ status: 'succeeded' });
        expect(target.timesOf(run)).toBeLessThanOrEqual(2);
      }
      await target.stop();
    },
    WITHIN,
  );

  it.runIf(isSlow)(
    'fails alone under an ordering key, and what comes after it goes on',
    async () => {
      const target = await Target.start();
      await target.emit('ordered', 'ordered-1', { key: 'k', how: 'exit' });
      await target.emit('ordered', 'ordered-2', { key: 'k', how: 'nothing' });
      const runs = await target.ended(2);
      expect(runs.get('ordered-1 ordered-harm')).toMatchObject({
        ...{ status: 'failed', error: { code: 'process_died' } },
      });
      expect(runs.get('ordered-2 ordered-harm')).toMatchObject({ status: 'succeeded' });
      await target.stop();
    },
    WITHIN,
  );
});

describe('an error that nobody catches', () => {
  const ways = [
    { how: 'timer', message: 'thrown in a timer' },
    { how: 'emitter', message: 'thrown in an event' },
    { how: 'rejection', message: 'rejected, and nobody awaits it' },
  ];

  it(
    'fails the run whose code threw it, and nothing else',
    async () => {
      const target = await Target.start();
      for (const { how } of ways) await target.emit('harm', how, { how });
      const innocents = Array.from({ length: INNOCENTS }, (_, n) =>
        target.emit('innocent', `innocent-${n}`, {}),
      );
      await Promise.all(innocents);
      const runs = await target.ended(INNOCENTS + ways.length);
      for (const { how, message } of ways) {
        const run = runs.get(`${how} harm`);
        expect(run).toMatchObject({ status: 'failed', error: { code: 'Error', message } });
        expect(run?.attempts).toMatchObject([{ attempt: 1, outcome: 'failed' }]);
      }
      for (let n = 0; n < INNOCENTS; n++) {
        const run = runs.get(`innocent-${n} innocent`);
        expect(run).toMatchObject({ status: 'succeeded' });
        expect(run?.attempts).toHaveLength(1);
      }
      expect(new Set(target.notes().map(({ pid }) => pid)).size).toBe(1);
      expect(target.output()).toMatch(/threw what nobody caught.*thrown in a timer\n +at fail/);
      await target.stop();
    },
    WITHIN,
  );
});
