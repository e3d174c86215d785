import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { RunSchema } from '../../../shared/heddle/domain/run.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { replayRun } from '../../../shared/heddle/pipeline/replays/replay-run.ts';
import { EVENTS, TRIGGER_VERSIONS } from '../../../shared/heddle/ports/collections.ts';
import { createReplayScene, rejectedWith } from '../../helpers/replay-scene.ts';
import { CrashPlan } from '../../helpers/world.ts';

const present = { uses: 'present' } as const;
const original = { uses: 'original' } as const;
const rejected = (status: number, code: string) =>
  expect.toSatisfy(rejectedWith(status, code), `${status} ${code}`);

class Payment extends Actor {
  static override readonly replayable = false;
  execute(): string {
    return 'paid';
  }
}

class Note extends Actor {
  execute(): string {
    return this.context.triggerContext.isReplay ? 'again' : 'first';
  }
}

describe('a run that is replayed', () => {
  it('is a new run of the same event, and its actor sees that it is a replay', async () => {
    const scene = createReplayScene();
    scene.isBroken = true;
    await scene.take('a');
    scene.isBroken = false;
    const failed = await scene.runOf('a');
    const { runId } = await replayRun(scene.world.engine, failed.id, present);
    await scene.deliver();
    const [replay] = await scene.replays();
    expect(replay).toMatchObject({
      ...{ id: runId, status: 'succeeded', isReplay: true, eventKey: failed.eventKey },
      replay: { runId: failed.id, uses: 'present' },
    });
    RunSchema.parse(replay);
    expect(await scene.runOf('a')).toEqual(failed);
    expect(scene.executions.map(({ isReplay }) => isReplay)).toEqual([false, true]);
    expect(scene.executions[1]?.input).toEqual(scene.executions[0]?.input);
  });

  it('runs the trigger as it is, or as it was', async () => {
    const scene = createReplayScene([{ name: 't', variables: { text: 'then' } }]);
    await scene.take('a');
    scene.define({ name: 't', eventType: 'issues', variables: { text: 'now' } });
    const { id } = await scene.runOf('a');
    await replayRun(scene.world.engine, id, present);
    await scene.deliver();
    await replayRun(scene.world.engine, id, original);
    await scene.deliver();
    expect(scene.executions.map(({ input }) => input.text)).toEqual(['then', 'now', 'then']);
  });

  it('can be run as it was when its trigger is gone, and not as it is', async () => {
    const scene = createReplayScene();
    await scene.take('a');
    scene.define();
    const { id } = await scene.runOf('a');
    const asked = replayRun(scene.world.engine, id, present);
    await expect(asked).rejects.toEqual(rejected(409, 'trigger_missing'));
    await replayRun(scene.world.engine, id, original);
    await scene.deliver();
    expect(await scene.replays()).toMatchObject([{ status: 'succeeded', trigger: 't' }]);
  });

  it('is made once for each Idempotency-Key, and each time without', async () => {
    const scene = createReplayScene();
    await scene.take('a');
    const { id } = await scene.runOf('a');
    const ask = (key?: string) => replayRun(scene.world.engine, id, { ...present, key });
    const first = await ask('k');
    expect(await ask('k')).toEqual(first);
    await scene.deliver();
    expect(await ask('k')).toEqual(first);
    await ask('other');
    await ask();
    await ask();
    await scene.deliver();
    expect(await scene.replays()).toHaveLength(4);
    expect(scene.executions).toHaveLength(5);
  });

  it('goes on when it is asked for again after a crash between its record and its message', async () => {
    const scene = createReplayScene();
    await scene.take('a');
    const { id } = await scene.runOf('a');
    const ask = () => replayRun(scene.world.engine, id, { ...present, key: 'k' });
    scene.world.crashNext(new CrashPlan(2, 'after'));
    await expect(ask()).rejects.toThrow();
    scene.world.crashNext(new CrashPlan());
    expect(await scene.replays()).toMatchObject([{ status: 'queued' }]);
    await ask();
    await scene.deliver();
    expect(await scene.replays()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('goes on by itself after such a crash, a minute later', async () => {
    const scene = createReplayScene();
    await scene.take('a');
    const { id } = await scene.runOf('a');
    scene.world.crashNext(new CrashPlan(2, 'after'));
    await expect(replayRun(scene.world.engine, id, present)).rejects.toThrow();
    scene.world.crashNext(new CrashPlan());
    await scene.world.clock.advance(60_000);
    await scene.deliver();
    expect(await scene.replays()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('takes no notice of dedupe, cooldown and windows', async () => {
    const limits = { dedupe: { key: 'same', window: '1h' }, cooldownSeconds: 3600 };
    const scene = createReplayScene([{ name: 't', ...limits }]);
    await scene.take('a');
    await scene.take('b');
    expect(await scene.runOf('b')).toMatchObject({ status: 'skipped' });
    for (const event of ['a', 'b']) {
      await replayRun(scene.world.engine, (await scene.runOf(event)).id, present);
    }
    await scene.deliver();
    const statuses = (await scene.replays()).map(({ status }) => status);
    expect(statuses).toEqual(['succeeded', 'succeeded']);
  });

  it('has all events that its window had taken in', async () => {
    const scene = createReplayScene([{ name: 't', batch: { size: 3, wait: '1m' } }]);
    for (const id of ['a', 'b', 'c']) await scene.take(id);
    await scene.deliver();
    const run = await scene.runOf('a');
    expect(run).toMatchObject({ status: 'succeeded' });
    await replayRun(scene.world.engine, run.id, present);
    await scene.deliver();
    const counts = scene.executions.map(({ input, isReplay }) => [isReplay, input.count]);
    expect(counts).toEqual([
      [false, 3],
      [true, 3],
    ]);
    expect((await scene.replays())[0]?.gathered).toEqual(run.gathered);
  });

  it('waits while its trigger is paused', async () => {
    const scene = createReplayScene();
    await scene.take('a');
    await pauseTrigger(scene.world.engine, 't', { by: 'operator', message: 'later' });
    await replayRun(scene.world.engine, (await scene.runOf('a')).id, present);
    await scene.deliver();
    expect(await scene.replays()).toMatchObject([{ status: 'queued', held: { limit: 'paused' } }]);
  });

  it('is recorded as skipped where its actor is not to be replayed', async () => {
    const scene = createReplayScene([{ name: 't', actor: 'payment' }], { payment: Payment });
    await scene.take('a');
    expect(await scene.runOf('a')).toMatchObject({ status: 'succeeded' });
    await replayRun(scene.world.engine, (await scene.runOf('a')).id, present);
    await scene.deliver();
    const held = { limit: 'replay', detail: 'the actor "payment" is not to be replayed' };
    expect(await scene.replays()).toMatchObject([{ status: 'skipped', held }]);
  });
});

describe('what a replay leads to', () => {
  it('is done again, but for an actor that is not to be replayed', async () => {
    const scene = createReplayScene(
      [
        { name: 't', actor: 'note' },
        { name: 'next', source: 'completion', sourceTrigger: 't', actor: 'note' },
        { name: 'pay', source: 'completion', sourceTrigger: 'next', actor: 'payment' },
      ],
      { note: Note, payment: Payment },
    );
    await scene.take('a');
    await replayRun(scene.world.engine, (await scene.runOf('a')).id, present);
    await scene.deliver();
    const runs = await scene.world.runs();
    const outcomes = runs.map(({ trigger, status }) => `${trigger} ${status}`).toSorted();
    expect(outcomes).toEqual([
      ...['next succeeded', 'next succeeded', 'pay skipped', 'pay succeeded'],
      ...['t succeeded', 't succeeded'],
    ]);
    const noted = runs.filter(({ trigger }) => trigger === 'next');
    expect(noted.map((run) => run.status === 'succeeded' && run.output).toSorted()).toEqual([
      ...['again', 'first'],
    ]);
  });
});

describe('a run that a replay leads to', () => {
  it('is held by every limit, as a replay is not', async () => {
    const next = { name: 'next', source: 'completion', sourceTrigger: 't', cooldownSeconds: 60 };
    const scene = createReplayScene([{ name: 't', cooldownSeconds: 60 }, next]);
    await scene.take('a');
    await replayRun(scene.world.engine, (await scene.runOf('a')).id, present);
    await scene.deliver();
    expect(scene.executions.map(({ trigger }) => trigger)).toEqual(['t', 'next', 't']);
    const skipped = (await scene.world.runs()).filter(({ status }) => status === 'skipped');
    expect(skipped).toMatchObject([{ trigger: 'next', isReplay: false, reason: 'cooldown' }]);
  });
});

describe('a run that cannot be replayed', () => {
  it('is refused where there is none, or it has not ended', async () => {
    const scene = createReplayScene([{ name: 't', debounce: { wait: '1m' } }]);
    const none = replayRun(scene.world.engine, 'nobody', present);
    await expect(none).rejects.toEqual(rejected(404, 'run_not_found'));
    await scene.take('a');
    const open = replayRun(scene.world.engine, (await scene.runOf('a')).id, present);
    await expect(open).rejects.toEqual(rejected(409, 'run_not_ended'));
    expect(await scene.replays()).toEqual([]);
  });

  it('is refused where its event is kept without payload, or no longer', async () => {
    const scene = createReplayScene([{ name: 't', persistData: false }]);
    await scene.take('a');
    const { id, eventKey } = await scene.runOf('a');
    const stripped = replayRun(scene.world.engine, id, present);
    await expect(stripped).rejects.toEqual(rejected(409, 'event_stripped'));
    await scene.world.store.delete(EVENTS, eventKey);
    const expired = replayRun(scene.world.engine, id, present);
    await expect(expired).rejects.toEqual(rejected(409, 'event_expired'));
  });

  it('is refused where nobody knows how its trigger was', async () => {
    const scene = createReplayScene();
    await scene.take('a');
    const run = await scene.runOf('a');
    await scene.world.store.delete(TRIGGER_VERSIONS, run.triggerVersion ?? '');
    const asked = replayRun(scene.world.engine, run.id, original);
    await expect(asked).rejects.toEqual(rejected(409, 'version_unknown'));
  });
});
