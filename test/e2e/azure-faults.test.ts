import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CLAIM_CONTAINER } from '../../shared/heddle/adapters/azure/message-codec.ts';
import type { DeadLetter } from '../../shared/heddle/domain/dead-letter.ts';
import type { CosmosFault } from '../emulators/cosmos/faults.ts';
import type { ServiceBusEmulatorOptions } from '../emulators/service-bus.ts';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, type PreparedHost, prepareHeddle } from '../helpers/heddle-host.ts';

const app = fileURLToPath(new URL('../fixtures/crash-app', import.meta.url));

interface Write {
  readonly kind: 'create' | 'replace';
  readonly container: string;
}

interface Subject {
  readonly backend: AzureBackend;
  readonly host: HeddleHost;
  readonly prepared: PreparedHost;
  readonly releaseFile: string;
  push(id: string, body?: string): Promise<Response>;
  /** The lines that the actors write, one per execution. */
  executions(): readonly { readonly runId: string }[];
}

/** Starts the app on emulators until the test ends, with one trigger for every push. */
async function start(...given: Parameters<typeof open>): Promise<Subject> {
  const subject = await open(...given);
  onTestFinished(() => subject.backend[Symbol.asyncDispose]());
  return subject;
}

async function open(
  actor: 'append' | 'hold' = 'append',
  options: {
    readonly serviceBus?: ServiceBusEmulatorOptions;
    readonly env?: NodeJS.ProcessEnv;
  } = {},
): Promise<Subject> {
  const backend = await startAzureBackend(options.serviceBus);
  const triggers = `triggers: [{ name: t, source: github, eventType: push, actor: ${actor} }]`;
  const base = prepareHeddle({ triggers, env: { ...backend.env, ...options.env } });
  const folder = dirname(base.triggersFile);
  const [appendFile, releaseFile] = [join(folder, 'appended'), join(folder, 'released')];
  const files = { APPEND_FILE: appendFile, RELEASE_FILE: releaseFile };
  const prepared = { ...base, app, env: { ...base.env, ...files } };
  const host = await HeddleHost.start(prepared);
  return {
    ...{ backend, host, prepared, releaseFile },
    async push(id, body = '{}') {
      const { headers } = await createDelivery(body, { event: 'push', id });
      return host.post(headers, body);
    },
    executions: () =>
      existsSync(appendFile)
        ? readFileSync(appendFile, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
  };
}

describe('Service Bus', () => {
  it('that refuses is answered 503 in time, and the delivery accepted once it takes messages again', async () => {
    const { backend, host, push } = await start();
    backend.serviceBus.faults.refuseSends();
    const begun = performance.now();
    const refused = await push('patient');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'queue_unavailable' });
    // GitHub gives up after ten seconds.
    expect(performance.now() - begun).toBeLessThan(10_000);
    backend.serviceBus.faults.stop();
    expect((await push('patient')).status).toBe(202);
    await host.drained();
    expect(await host.runs()).toMatchObject([{ status: 'succeeded', eventId: 'patient' }]);
  });

  it('that stores a message and cuts the connection gets it again, and keeps it once', async () => {
    const { backend, host, push, executions } = await start();
    backend.serviceBus.faults.loseAcknowledgements(1);
    expect((await push('unsure')).status).toBe(202);
    await host.drained();
    expect(await host.events()).toHaveLength(1);
    expect(await host.runs()).toMatchObject([{ status: 'succeeded' }]);
    expect(executions()).toHaveLength(1);
  });

  it('whose connections break loses nothing', async () => {
    const { backend, host, push, executions } = await start();
    for (let number = 0; number < 10; number++) {
      if (number % 3 === 0) backend.serviceBus.faults.dropConnections();
      const ids = [`a-${number}`, `b-${number}`];
      const statuses = await Promise.all(ids.map(async (id) => (await push(id)).status));
      expect(statuses).toEqual([202, 202]);
    }
    await host.drained();
    expect((await host.runs()).map(({ status }) => status)).toEqual(Array(20).fill('succeeded'));
    expect(new Set(executions().map(({ runId }) => runId)).size).toBe(20);
  });

  it('that takes the lock of a long run away has another delivery finish it, and counts one', async () => {
    const { backend, host, push, executions, releaseFile } = await start('hold');
    expect((await push('long')).status).toBe(202);
    await expect.poll(() => executions().length, { timeout: 10_000 }).toBe(1);
    backend.serviceBus.faults.loseLocks('events');
    await expect.poll(() => executions().length, { timeout: 10_000 }).toBe(2);
    writeFileSync(releaseFile, '');
    await host.drained();
    const [run, ...others] = await host.runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ status: 'succeeded', output: 'attempt 2' });
    expect(run?.attempts.map(({ outcome }) => outcome)).toEqual(['interrupted', 'succeeded']);
    expect(host.process.output()).toContain('this attempt does not count');
  });
});

describe('Cosmos DB', () => {
  const faults: Readonly<Record<string, CosmosFault>> = {
    'throttles (429)': { status: 429, retryAfterMs: 50 },
    'is unavailable (503)': { status: 503 },
    'cuts the connection': 'drop',
    'writes, and cuts the connection': 'lose-answer',
    'answers 412 or 409 for no reason': { status: 0 },
  };
  const writes: Readonly<Record<string, Write>> = {
    'the event': { kind: 'create', container: 'events' },
    'the beginning of its run': { kind: 'create', container: 'runs' },
    'the end of its run': { kind: 'replace', container: 'runs' },
  };
  const cases = Object.entries(faults).flatMap(([what, fault]) =>
    Object.entries(writes).map(([where, filter]) => ({ what, fault, where, filter })),
  );
  let subject: Subject;

  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject.backend[Symbol.asyncDispose]());

  it.for(cases)('that $what at $where costs no event, and doubles no run', async (one) => {
    const { backend, host, push, executions } = subject;
    const before = executions().length;
    const id = randomUUID();
    backend.cosmos.faults.next(1, toFault(one.fault, one.filter), one.filter);
    expect((await push(id)).status).toBe(202);
    await host.drained();
    backend.cosmos.faults.stop();
    const runs = (await host.runs()).filter(({ eventId }) => eventId === id);
    expect(runs).toMatchObject([{ status: 'succeeded' }]);
    expect((await host.events()).filter((event) => event.id === id)).toHaveLength(1);
    // Where only the record of its end was lost, the run is executed again, as after a crash.
    const isEndLost =
      one.filter.kind === 'replace' && one.what !== 'writes, and cuts the connection';
    expect(executions().length - before).toBeLessThanOrEqual(isEndLost ? 2 : 1);
  });

  it('that asks to wait a minute is left alone for one, and the message kept', async () => {
    const { backend, host, push } = await start();
    const throttled: CosmosFault = { status: 429, retryAfterMs: 60_000 };
    backend.cosmos.faults.next(1, throttled, { kind: 'create', container: 'events' });
    expect((await push('patient')).status).toBe(202);
    await host.process.waitFor(/is delivered again: store_unavailable.*pauseMs.{1,3}60000/);
    expect((await host.health()).queued).toBe(1);
  });
});

/**
 * Converts a fault to Cosmos's response to a create of an existing item, or to a late replacement.
 */
function toFault(fault: CosmosFault, { kind }: Write): CosmosFault {
  if (typeof fault === 'string' || fault.status !== 0) return fault;
  return { status: kind === 'create' ? 409 : 412 };
}

describe('Blob storage', () => {
  const large = JSON.stringify({ ref: randomBytes(400_000).toString('base64') });
  const twice = {
    queues: [
      { name: 'events', lockMs: 3000, maxDeliveryCount: 2 },
      { name: 'events-ordered', requiresSession: true },
      { name: 'events-urgent' },
    ],
  };

  it('keeps what is too large for a message, and for a document', async () => {
    const { host, push } = await start();
    const huge = JSON.stringify({ ref: randomBytes(3_000_000).toString('base64') });
    for (const [id, body] of Object.entries({ large, huge })) {
      expect((await push(id, body)).status).toBe(202);
      await host.drained();
      expect((await host.event(id)).data).toEqual(JSON.parse(body));
    }
    expect((await host.runs()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  it('that has lost a payload leaves a dead letter that says which, and nothing else waits', async () => {
    const { backend, host, prepared, push } = await start('append', {
      serviceBus: twice,
      env: { HEDDLE_DISPATCH: 'off' },
    });
    expect((await push('lost', large)).status).toBe(202);
    expect((await push('small')).status).toBe(202);
    await host.process.stop();
    const { BlobServiceClient } = await import('@azure/storage-blob');
    const blobs = BlobServiceClient.fromConnectionString(backend.azurite.connectionString);
    await blobs.deleteContainer(CLAIM_CONTAINER);
    const env = { ...prepared.env, HEDDLE_DISPATCH: 'on' };
    const next = await HeddleHost.start({ ...prepared, env });
    await expect
      .poll(() => next.get<{ items: DeadLetter[] }>('api/v1/dead-letters'), { timeout: 25_000 })
      .toMatchObject({
        items: [{ kind: 'unreadable', reason: expect.stringMatching(/MaxDelivery.*blob/) }],
      });
    expect(await next.runs()).toMatchObject([{ eventId: 'small', status: 'succeeded' }]);
    await next.drained();
  });
});
