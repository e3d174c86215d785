import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { RejectedError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { resubmit } from '../../../shared/heddle/pipeline/commands/resubmit.ts';
import {
  giveUpHostMessage,
  handleHostMessage,
  MAX_LOCK_MS,
} from '../../../shared/heddle/pipeline/dispatch/host-messages.ts';
import { Isolation } from '../../../shared/heddle/pipeline/isolation/isolation.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createEvent } from '../../helpers/factories.ts';
import { CrashPlan, createWorld, LOCK_MS, toTriggers, type World } from '../../helpers/world.ts';

const event = createEvent({ type: 'push' });

class Good extends Actor {
  execute(): string {
    return 'done';
  }
}

function createSubject(...names: string[]): World {
  return createWorld(toTriggers(...names.map((name) => ({ name, actor: 'good' }))), { good: Good });
}

/** Crashes at every delivery of the message, before anything is recorded. */
async function dieUntilGivenUp(world: World): Promise<void> {
  for (let delivery = 0; delivery < 10; delivery++) {
    await world.work(new CrashPlan(1, 'before'));
    await world.clock.advance(LOCK_MS + 1);
  }
  await world.drain();
}

async function onlyDeadLetter(world: World): Promise<string> {
  const [dead, ...others] = await world.deadLetters();
  expect(others).toEqual([]);
  if (!dead) throw new Error('expected a dead letter');
  return dead.id;
}

const rejected = (code: string) =>
  expect.toSatisfy((error) => error instanceof RejectedError && error.code === code);

describe('a dead letter that is resubmitted', () => {
  it('starts the runs again that it had failed, and is gone', async () => {
    const world = createSubject('a', 'b');
    await world.send(event);
    await dieUntilGivenUp(world);
    expect((await world.runs()).map(({ status }) => status)).toEqual(['failed', 'failed']);
    const { runs } = await resubmit(world.engine, await onlyDeadLetter(world));
    expect(runs).toHaveLength(2);
    await world.drain();
    expect((await world.runs()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(await world.deadLetters()).toEqual([]);
  });

  it('starts a run at once that has begun before, although its trigger is paused', async () => {
    let isBroken = true;
    class Broken extends Actor {
      execute(): void {
        if (isBroken) throw new TerminalError('what it calls is down');
      }
    }
    const world = createWorld(toTriggers({ name: 'a', actor: 'broken' }), { broken: Broken });
    await world.send(event);
    await world.drain();
    isBroken = false;
    await pauseTrigger(world.engine, 'a', { by: 'operator', message: 'a freeze' });
    await resubmit(world.engine, await onlyDeadLetter(world));
    await world.drain();
    expect(await world.runs()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('holds a run that has not begun before while its trigger is paused', async () => {
    const world = createSubject('a');
    await world.send(event);
    await dieUntilGivenUp(world);
    await pauseTrigger(world.engine, 'a', { by: 'operator', message: 'a freeze' });
    await resubmit(world.engine, await onlyDeadLetter(world));
    await world.drain();
    expect(await world.runs()).toMatchObject([{ status: 'queued', held: { limit: 'paused' } }]);
  });

  it('can be given up and resubmitted again and again', async () => {
    const world = createSubject('a');
    await world.send(event);
    for (let round = 0; round < 3; round++) {
      await dieUntilGivenUp(world);
      expect(await world.runs()).toMatchObject([{ status: 'failed' }]);
      await resubmit(world.engine, await onlyDeadLetter(world));
      expect(await world.runs()).toMatchObject([{ status: 'queued' }]);
      expect(await world.queue.depth()).toBe(1);
    }
    await world.drain();
    expect(await world.runs()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('starts each run once, whatever write the process dies at', async () => {
    for (let write = 1; ; write++) {
      const world = createSubject('a', 'b');
      await world.send(event);
      await dieUntilGivenUp(world);
      const id = await onlyDeadLetter(world);
      const plan = new CrashPlan(write, 'after');
      world.crashNext(plan);
      const first = await resubmit(world.engine, id).catch(() => undefined);
      world.crashNext(new CrashPlan());
      if (!first && (await world.deadLetters()).length > 0) await resubmit(world.engine, id);
      await world.drain();
      expect((await world.runs()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
      if (!plan.hasCrashed) break;
    }
  });

  it('is refused when it is not there, or has nothing to start', async () => {
    const world = createSubject('a');
    await expect(resubmit(world.engine, 'x')).rejects.toEqual(rejected('dead_letter_unknown'));
    await world.queue.send([{ id: 'x', body: 'no json' }]);
    await world.drain();
    const id = await onlyDeadLetter(world);
    await expect(resubmit(world.engine, id)).rejects.toEqual(rejected('nothing_to_resubmit'));
    expect(await world.deadLetters()).toHaveLength(1);
  });
});

describe('a message that the Functions host delivers', () => {
  const toHostMessage = (bytes: Buffer) => ({ id: 'm', bytes, sequence: 1, deliveryCount: 1 });
  const decode = async (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
  const toHost = ({ engine, clock }: World) => ({
    ...{ engine, decode, isolation: new Isolation(clock) },
  });

  it('is dispatched', async () => {
    const world = createSubject('a');
    const bytes = Buffer.from(JSON.stringify({ kind: 'event', event }));
    await handleHostMessage(toHost(world), toHostMessage(bytes));
    expect(await world.runs()).toMatchObject([{ status: 'succeeded', output: 'done' }]);
  });

  it('tells its actor when the host no longer renews its lock', async () => {
    let signal: AbortSignal | undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    class Long extends Actor {
      async execute(): Promise<void> {
        signal = this.context.signal;
        await promise;
      }
    }
    const world = createWorld(toTriggers({ name: 'a', actor: 'long', timeout: '2h' }), {
      long: Long,
    });
    const bytes = Buffer.from(JSON.stringify({ kind: 'event', event }));
    const handling = handleHostMessage(toHost(world), toHostMessage(bytes));
    await expect.poll(() => signal).toBeDefined();
    await world.clock.advance(MAX_LOCK_MS - 1);
    expect(signal?.aborted).toBe(false);
    await world.clock.advance(1);
    expect(signal?.aborted).toBe(true);
    resolve();
    await handling;
  });

  it('fails the run that it has begun when it is given up, under whatever number it lies dead', async () => {
    const world = createSubject('a');
    await world.send(event);
    // The event and the run are recorded, and the process is dead.
    await world.work(new CrashPlan(2, 'after'));
    world.crashNext(new CrashPlan());
    expect(await world.runs()).toMatchObject([{ status: 'running' }]);
    await world.clock.advance(LOCK_MS + 1);
    const [message] = await world.queue.receive(1);
    if (!message) throw new Error('expected the message again');
    const { id, body } = message;
    const dead = {
      id,
      bytes: Buffer.from(body),
      sequence: message.sequence + 40,
      deliveryCount: 1,
    };
    await giveUpHostMessage(world.engine, decode, dead, 'given up');
    const [run] = await world.runs();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'deliveries_exhausted' } });
    expect(await world.deadLetters()).toMatchObject([{ kind: 'event', runIds: [run?.id] }]);
  });

  it('is kept when it is given up and cannot be decoded, with why', async () => {
    const world = createSubject('a');
    const fail = async () => {
      throw new Error('the blob is missing; top-secret-value');
    };
    await giveUpHostMessage(world.engine, fail, toHostMessage(Buffer.from('x')), 'given up');
    expect(await world.deadLetters()).toMatchObject([
      {
        kind: 'unreadable',
        messageId: 'm',
        reason: expect.stringContaining('the blob is missing'),
      },
    ]);
    expect(JSON.stringify(await world.deadLetters())).not.toContain('top-secret-value');
  });
});
