import { describe, expect, it, vi } from 'vitest';
import { cancelRun } from '../../../shared/heddle/domain/run-transitions.ts';
import { leaveToLane } from '../../../shared/heddle/pipeline/runs/leave-to-lane.ts';
import { queueRuns, queueRunsAlone } from '../../../shared/heddle/pipeline/runs/queue-runs.ts';
import { sendRunMessage, toRunMessage } from '../../../shared/heddle/pipeline/runs/run-messages.ts';
import { takeSeat } from '../../../shared/heddle/pipeline/runs/take-seat.ts';
import { createRunsScene, DELIVERY } from './runs-scene.ts';

const bodyOf = (runId: string, attempt = 1) => JSON.stringify({ kind: 'run', runId, attempt });

describe('the message of a run', () => {
  it('is known by its run, its attempt and its turn', () => {
    expect(toRunMessage('a', 2, { turn: 'x' })).toEqual({
      ...{ id: 'run:a:2:x', body: bodyOf('a', 2), delayMs: 0 },
    });
    expect(toRunMessage('a', 2, { turn: 'x', delayMs: 5, isHandOver: true })).toEqual({
      ...{ id: 'run:a:2:x', body: bodyOf('a', 2), delayMs: 5, isUrgent: true },
    });
  });

  it('comes when the run is due, or at once where it is overdue', async () => {
    const scene = createRunsScene();
    const dueAt = scene.at(1500);
    await sendRunMessage(scene.engine, scene.queued('a', { nextAttempt: 2, dueAt }));
    await sendRunMessage(scene.engine, scene.queued('b', { dueAt: scene.at(-1) }));
    expect(scene.sent).toEqual([
      { id: `run:a:2:${dueAt}`, body: bodyOf('a', 2), delayMs: 1500 },
      { id: `run:b:1:${scene.at(-1)}`, body: bodyOf('b'), delayMs: 0 },
    ]);
  });
});

describe('runs that are queued', () => {
  it('are recorded, and each has a message', async () => {
    const scene = createRunsScene();
    const runs = [scene.queued('a'), scene.queued('b')];
    expect(await queueRuns(scene.engine, runs)).toEqual(runs);
    expect(await scene.read('b')).toEqual(runs[1]);
    expect(scene.sent.map(({ body }) => body)).toEqual([bodyOf('a'), bodyOf('b')]);
  });

  it('that are recorded already get their messages again while they are queued, as recorded', async () => {
    const scene = createRunsScene();
    const held = scene.queued('a', { nextAttempt: 5 });
    const ended = cancelRun(scene.queued('b'), 'why', scene.at());
    for (const run of [held, ended]) await scene.put(run);
    expect(await queueRuns(scene.engine, [scene.queued('a'), scene.queued('b')])).toEqual([
      ...[held, ended],
    ]);
    expect(scene.sent.map(({ body }) => body)).toEqual([bodyOf('a', 5)]);
  });

  it('send nothing where all have ended, or where there are none', async () => {
    const scene = createRunsScene();
    const send = vi.spyOn(scene.engine.queue, 'send');
    await scene.put(cancelRun(scene.queued('a'), 'why', scene.at()));
    await queueRuns(scene.engine, [scene.queued('a')]);
    expect(await queueRuns(scene.engine, [])).toEqual([]);
    expect(await queueRunsAlone(scene.engine, [])).toEqual([]);
    expect(send).not.toHaveBeenCalled();
  });

  it('leave out one that is gone as it is read', async () => {
    const scene = createRunsScene();
    const runs = [scene.queued('a'), scene.queued('b')];
    await scene.put(scene.queued('a'));
    const { read } = scene.world.store;
    Object.assign(scene.world.store, {
      read: (...given: Parameters<typeof read>) =>
        given[1] === 'a' ? Promise.resolve(undefined) : read.apply(scene.world.store, given),
    });
    expect(await queueRuns(scene.engine, runs)).toEqual([runs[1]]);
  });
});

describe('runs that nothing else queues again', () => {
  it('have spare messages first, a minute off, that are cancelled in the end', async () => {
    const scene = createRunsScene();
    const runs = [scene.queued('a'), scene.queued('b', { nextAttempt: 2 }), scene.queued('c')];
    scene.answer(41, 'duplicate', 'accepted');
    expect(await queueRunsAlone(scene.engine, runs)).toEqual(runs);
    expect(scene.sent.slice(0, 3)).toEqual([
      { id: 'run:a:1:spare', body: bodyOf('a'), delayMs: 60_000 },
      { id: 'run:b:2:spare', body: bodyOf('b', 2), delayMs: 60_000 },
      { id: 'run:c:1:spare', body: bodyOf('c'), delayMs: 60_000 },
    ]);
    expect(scene.sent.slice(3).map(({ delayMs }) => delayMs)).toEqual([0, 0, 0]);
    expect(scene.cancelled).toEqual([41]);
  });
});

describe('a run that finds no seat', () => {
  it('is left to the lane of its trigger', async () => {
    const scene = createRunsScene();
    const run = scene.queued('a', { nextAttempt: 2 });
    await leaveToLane(scene.engine, run);
    await leaveToLane(scene.engine, run, 'again');
    const message = { body: bodyOf('a', 2), delayMs: 0, lane: 't', isUrgent: false };
    expect(scene.sent).toEqual([
      { id: `run:a:2:${run.dueAt}`, ...message },
      { id: 'run:a:2:again', ...message },
    ]);
  });

  it.each([
    [{ limit: 'maxConcurrent', detail: '' } as const, true],
    [{ limit: 'paused', detail: '' } as const, false],
  ])('goes before others where it keeps a slot: held by %j, %j', async (held, isUrgent) => {
    const scene = createRunsScene();
    await leaveToLane(scene.engine, scene.queued('a', { held }));
    expect(scene.sent).toMatchObject([{ isUrgent }]);
  });

  it('is delayed without lanes, and called back at once when a seat is free', async () => {
    const scene = createRunsScene();
    const left: [string, () => void][] = [];
    const seats = {
      toDelay: (trigger: string) => (trigger === 't' ? 7000 : 0),
      noteLeft: (trigger: string, callBack: () => void) => left.push([trigger, callBack]),
    };
    const engine = { ...scene.engine, seats } as never;
    await leaveToLane(engine, scene.queued('a'), 'turn');
    expect(scene.sent).toMatchObject([{ id: 'run:a:1:turn', delayMs: 7000 }]);
    expect(left.map(([trigger]) => trigger)).toEqual(['t']);
    left[0]?.[1]();
    expect(scene.sent[1]).toMatchObject({ id: 'run:a:1:turn:back', delayMs: 0, lane: 't' });
  });

  it('waits for its message where it cannot be called back, which a log says', async () => {
    const scene = createRunsScene();
    let callBack = () => {};
    const seats = {
      toDelay: () => 0,
      noteLeft: (_: string, given: () => void) => {
        callBack = given;
      },
    };
    await leaveToLane({ ...scene.engine, seats } as never, scene.queued('a'));
    scene.engine.queue.send = () => Promise.reject(new Error('away'));
    callBack();
    await vi.waitFor(() =>
      expect(scene.logger.lines).toEqual([expect.stringMatching(/^warn .*away.*"runId":"a"/)]),
    );
  });
});

describe('taking a seat', () => {
  function ask(delivery: object, options?: { readonly isFirst: boolean }) {
    const asked: unknown[] = [];
    const seats = { take: (...given: unknown[]) => void asked.push(given) };
    const seat = takeSeat({ seats } as never, 't', { ...DELIVERY, ...delivery }, options);
    return { asked, seat };
  }

  it('waits a moment only, but for a message that came often or has an ordering key', () => {
    const asked = (delivery: object) => ask(delivery).asked;
    const impatient = ['t', { sequence: 7, isPatient: false, isFirst: false }];
    const patient = ['t', { sequence: 7, isPatient: true, isFirst: false }];
    expect(asked({})).toEqual([impatient]);
    expect(asked({ deliveryCount: 2 })).toEqual([impatient]);
    expect(asked({ deliveryCount: 3 })).toEqual([patient]);
    expect(asked({ orderingKey: 'k' })).toEqual([patient]);
  });

  it('goes before others of its trigger when it is asked to', () => {
    expect(ask({}, { isFirst: true }).asked).toEqual([
      ['t', { sequence: 7, isPatient: false, isFirst: true }],
    ]);
  });

  it('needs none for a run whose sender waits, or where nothing limits them', () => {
    const { asked, seat } = ask({ deliveryCount: 0 });
    expect(asked).toEqual([]);
    expect(seat).toEqual(expect.any(Function));
    expect(takeSeat({ seats: undefined }, 't', DELIVERY)).toEqual(expect.any(Function));
  });
});
