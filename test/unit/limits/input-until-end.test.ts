import { beforeEach, describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { cancelRunById } from '../../../shared/heddle/pipeline/completion/cancel-run.ts';
import { giveUpMessage } from '../../../shared/heddle/pipeline/dispatch/give-up-message.ts';
import { LIMIT_STATES, RUNS, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createGate, deliver, type Gate } from '../../helpers/gated-actor.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

const RETRY = { delay: '5m', maxDelay: '1h', jitter: 'none', maxAttempts: 3 };
const RETRY_MS = 300_000;

let gate: Gate;
let world: World;

beforeEach(() => {
  gate = createGate();
  create();
});

function create(written: Written = {}): void {
  const trigger = { name: 't', actor: 'gated', allowConcurrent: false, retry: RETRY, ...written };
  world = createWorld(toTriggers(trigger), { gated: gate.actor });
}

async function send(id: string, data: object = {}): Promise<void> {
  await world.send(createEvent({ id, data: { ...data }, fields: {} }));
  await deliver(world);
}

async function statuses(): Promise<Record<string, string>> {
  const runs = await world.runs();
  return Object.fromEntries(runs.map(({ eventId, status }) => [eventId, status]));
}

async function runOf(eventId: string): Promise<Run> {
  const run = (await world.runs()).find((one) => one.eventId === eventId);
  return run ?? expect.fail(`no run of ${eventId}`);
}

async function wait(ms: number): Promise<void> {
  await world.clock.advance(ms);
  await deliver(world);
}

describe('a run that waits for its retry', () => {
  beforeEach(async () => {
    await send('a');
    await gate.end('a', new Error('once'));
  });

  it('keeps others of the same input out, longer than any lease, and says so', async () => {
    await send('b');
    await wait(RETRY_MS - 1);
    await send('c');
    expect(gate.running()).toEqual([]);
    expect(await statuses()).toEqual({ a: 'queued', b: 'skipped', c: 'skipped' });
    const { id: by } = await runOf('a');
    const detail = 'a run with the same input waits for its next attempt';
    expect(await runOf('b')).toMatchObject({ held: { limit: 'allowConcurrent', detail, by } });
  });

  it('goes on in its place, and gives it back at its end', async () => {
    await wait(RETRY_MS);
    expect(gate.running()).toEqual(['a']);
    await send('b');
    await gate.end('a');
    await deliver(world);
    await send('c');
    expect(gate.running()).toEqual(['c']);
    expect(await statuses()).toEqual({ a: 'succeeded', b: 'skipped', c: 'running' });
  });

  it('gives it back when it has failed for good', async () => {
    for (const ms of [RETRY_MS, 2 * RETRY_MS]) {
      await wait(ms);
      await gate.end('a', new Error('again'));
    }
    expect(await statuses()).toEqual({ a: 'failed' });
    await send('b');
    expect(gate.running()).toEqual(['b']);
  });

  it('keeps it although its message comes late by hours', async () => {
    await world.clock.advance(RETRY_MS + 5 * 3_600_000);
    const late = await world.queue.receive(16);
    await send('b');
    expect(await statuses()).toEqual({ a: 'queued', b: 'skipped' });
    for (const message of late) await world.queue.abandon(message);
    await deliver(world);
    expect(gate.running()).toEqual(['a']);
  });

  it('gives it back when it is cancelled', async () => {
    await cancelRunById(world.engine, (await runOf('a')).id, 'by an operator');
    await send('b');
    expect(gate.running()).toEqual(['b']);
  });

  it('leaves other inputs alone', async () => {
    await send('b', { file: 'other' });
    expect(gate.running()).toEqual(['b']);
  });

  it('gives it back when its message is given up', async () => {
    const [message] = await world.clock.advance(RETRY_MS).then(() => world.queue.receive(1));
    const signal = new AbortController().signal;
    if (message) await giveUpMessage({ ...message, signal }, 'too often', world.engine);
    await send('b');
    expect(gate.running()).toEqual(['b']);
  });

  it('keeps out nobody once it is no longer there', async () => {
    await world.store.delete(RUNS, (await runOf('a')).id);
    await send('b');
    expect(gate.running()).toEqual(['b']);
  });

  it('keeps out nobody once it has ended, although its slot was not released', async () => {
    const run = await runOf('a');
    const stored = await world.store.read(RUNS, run.id);
    const cancelled = { ...run, status: 'cancelled', endedAt: run.updatedAt, reason: '' } as Run;
    await world.store.replace(RUNS, cancelled, stored?.etag ?? '');
    await send('b');
    expect(gate.running()).toEqual(['b']);
  });
});

describe('a run that waits for its retry and for another limit', () => {
  it('keeps the place of its input meanwhile, and gives it back at its end', async () => {
    create({ maxConcurrent: 1, retry: { delay: '1s', jitter: 'none' } });
    await send('a', { file: 'one' });
    await gate.end('a', new Error('once'));
    await send('b', { file: 'two' });
    await wait(1000);
    expect(gate.running()).toEqual(['b']);
    expect(await runOf('a')).toMatchObject({ held: { limit: 'maxConcurrent' } });
    await send('c', { file: 'one' });
    expect(await statuses()).toEqual({ a: 'queued', b: 'running', c: 'skipped' });
    await gate.end('b');
    await deliver(world);
    await gate.end('a');
    await deliver(world);
    await send('d', { file: 'one' });
    expect(gate.running()).toEqual(['d']);
  });

  it('gives it back when it is cancelled in line', async () => {
    create({ maxConcurrent: 1, retry: { delay: '1s', jitter: 'none' } });
    await send('a', { file: 'one' });
    await gate.end('a', new Error('once'));
    await send('b', { file: 'two' });
    await wait(1000);
    await cancelRunById(world.engine, (await runOf('a')).id, 'by an operator');
    await gate.end('b');
    await deliver(world);
    await send('c', { file: 'one' });
    expect(gate.running()).toEqual(['c']);
    expect((await world.store.list(WAITERS, { limit: 9 })).items).toEqual([]);
  });
});

describe('a process that dies', () => {
  it('loses no place of an input: the next delivery goes on in it', async () => {
    await send('a');
    await world.clock.advance(world.engine.leaseMs + 1);
    const [again] = await world.queue.receive(1);
    await send('b');
    expect(await statuses()).toEqual({ a: 'running', b: 'skipped' });
    expect(again).toBeDefined();
  });
});

describe('a crash at any write', () => {
  it.each(['before', 'after'] as const)(
    'lets no other of the same input begin until the run has ended: %s it',
    async (when) => {
      for (let at = 1; ; at++) {
        const plan = new CrashPlan(at, when);
        const begun: string[] = [];
        let isOver = true;
        class Failing extends Actor {
          execute(): void {
            const { eventId, attempt } = this.context.triggerContext;
            if (begun.at(-1) !== eventId) expect(isOver, `${eventId}, write ${at}`).toBe(true);
            begun.push(eventId);
            isOver = begun.filter((id) => id === eventId).length > 1 && attempt > 1;
            if (!isOver) throw new Error('once');
          }
        }
        const retry = { delay: '1m', jitter: 'none', maxAttempts: 9 };
        const trigger = { name: 't', actor: 'failing', allowConcurrent: false, retry };
        const playing = createWorld(toTriggers(trigger), { failing: Failing });
        for (const id of ['a', 'b', 'c'])
          await playing.send(createEvent({ id, data: {}, fields: {} }));
        await playing.drain([plan]);
        const ends = (await playing.runs()).map(({ status }) => status);
        expect(
          ends.filter((status) => status === 'succeeded').length,
          `write ${at}`,
        ).toBeGreaterThan(0);
        expect(ends.every((status) => status === 'succeeded' || status === 'skipped')).toBe(true);
        await playing.send(createEvent({ id: 'd', data: {}, fields: {} }));
        await playing.drain();
        expect(begun.at(-1), `write ${at}`).toBe('d');
        if (!plan.hasCrashed) break;
      }
    },
  );
});

describe('runs of the version before, which hold no place while they wait for their retries', () => {
  it('wait for each other and are all run', async () => {
    await send('a');
    await gate.end('a', new Error('once'));
    const states = (await world.store.list(LIMIT_STATES, { limit: 9 })).items;
    for (const { id } of states) await world.store.delete(LIMIT_STATES, id);
    await send('b');
    expect(gate.running()).toEqual(['b']);
    await gate.end('b', new Error('once'));
    for (let round = 0; round < 40 && (await statuses()).a !== 'succeeded'; round++) {
      await wait(30_000);
      for (const id of gate.running()) await gate.end(id);
    }
    await deliver(world);
    expect(await statuses()).toEqual({ a: 'succeeded', b: 'succeeded' });
  });
});
