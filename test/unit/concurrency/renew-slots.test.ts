import { beforeEach, describe, expect, it } from 'vitest';
import { createRunningRun } from '../../../shared/heddle/domain/run-transitions.ts';
import { renewSlots } from '../../../shared/heddle/pipeline/concurrency/renew-slots.ts';
import { CancelRequest } from '../../../shared/heddle/pipeline/engine/in-flight.ts';
import { LIMIT_STATES } from '../../../shared/heddle/ports/collections.ts';
import { createNewRun, createRecordingLogger } from '../../helpers/factories.ts';
import { settle } from '../../helpers/gated-actor.ts';
import { createSlotScene, LEASE_MS, SLOT, type SlotScene } from './slot-scene.ts';

let scene: SlotScene;
let reasons: Error[];
let logger: ReturnType<typeof createRecordingLogger>;

beforeEach(() => {
  scene = createSlotScene();
  reasons = [];
  logger = createRecordingLogger();
});

function start(slots: readonly { readonly id: string; readonly max: number }[] = [SLOT]) {
  const fresh = createNewRun({
    id: 'own',
    slots: slots.map(({ id, max }) => ({ id, max })),
  });
  const run = createRunningRun(fresh, { sequence: 1, delivery: 1 }, scene.at(0));
  return renewSlots({ ...scene.engine, logger }, run, (reason) => reasons.push(reason));
}

async function pass(ms: number): Promise<void> {
  await scene.clock.advance(ms);
  await settle();
}

const until = async () => (await scene.state())?.holders[0]?.until;

describe('the slots of an attempt', () => {
  it('are renewed each third of a lease, for a whole one, until it ends', async () => {
    await scene.write([scene.holder('own')]);
    const stop = start();
    await pass(LEASE_MS / 3 - 1);
    expect(await until()).toBe(scene.at(LEASE_MS - LEASE_MS / 3 + 1));
    for (let turn = 0; turn < 4; turn++) {
      await pass(turn === 0 ? 1 : LEASE_MS / 3);
      expect(await until()).toBe(scene.at(LEASE_MS));
    }
    stop();
    await pass(LEASE_MS / 3);
    expect(await until()).toBe(scene.at(LEASE_MS - LEASE_MS / 3));
    expect(reasons).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('are none where the run needs none: nothing is asked of the store, or timed', async () => {
    const { after } = scene.clock;
    let timers = 0;
    scene.clock.after = (...given) => {
      timers++;
      return after(...given);
    };
    const fresh = createNewRun({ id: 'own' });
    const run = createRunningRun(fresh, { sequence: 1, delivery: 1 }, scene.at(0));
    const stop = renewSlots({ ...scene.engine, logger }, run, () => undefined);
    expect(stop()).toBeUndefined();
    expect(start([])()).toBeUndefined();
    await pass(LEASE_MS);
    expect(scene.calls).toEqual([]);
    expect(timers).toBe(0);
  });

  it('are each renewed, and the loss of the last ends the attempt', async () => {
    await scene.write([scene.holder('own')]);
    start([SLOT, { id: 'lost', max: 1 }]);
    await pass(LEASE_MS / 3);
    expect(await until()).toBe(scene.at(LEASE_MS));
    expect(reasons.map(({ message }) => message)).toEqual(['its slot is held by another run']);
    expect(reasons[0]).not.toBeInstanceOf(CancelRequest);
  });

  it('end it as a cancelled one where another run takes its place', async () => {
    await scene.write([scene.holder('own', { isCancelled: true })]);
    start();
    await pass(LEASE_MS / 3);
    expect(reasons).toEqual([new CancelRequest('another run takes its place')]);
    expect(reasons[0]).toBeInstanceOf(CancelRequest);
  });

  it('do not end an attempt that has ended while they were renewed', async () => {
    await scene.write([scene.holder('other')]);
    const stop = start();
    const { read } = scene.store;
    const answered = Promise.withResolvers<void>();
    Object.assign(scene.store, {
      read: async (...given: Parameters<typeof read>) => {
        await answered.promise;
        return read.apply(scene.store, given);
      },
    });
    await pass(LEASE_MS / 3);
    stop();
    answered.resolve();
    await settle();
    expect(reasons).toEqual([]);
    scene.calls.length = 0;
    await pass(LEASE_MS);
    expect(scene.calls).toEqual([]);
  });
});

describe('slots for which the store does not answer', () => {
  beforeEach(async () => {
    await scene.write([scene.holder('own')]);
    const { read } = scene.store;
    let isAway = true;
    Object.assign(scene.store, {
      read: (...given: Parameters<typeof read>) =>
        isAway && given[0].name === LIMIT_STATES.name
          ? Promise.reject(new Error('away'))
          : read.apply(scene.store, given),
    });
    returns = () => {
      isAway = false;
    };
  });
  let returns: () => void;

  it('are said to be in a log, with the run', async () => {
    start();
    await pass(LEASE_MS / 3);
    expect(logger.lines).toEqual([expect.stringMatching(/^warn .*away.*"runId":"own"/)]);
    expect(reasons).toEqual([]);
  });

  it('end the attempt when nearly a lease has gone by since the last renewal', async () => {
    start();
    await pass((2 * LEASE_MS) / 3);
    expect(reasons).toEqual([]);
    await pass(LEASE_MS / 3 + 1);
    expect(reasons.map(({ message }) => message)).toEqual(['its slot has expired']);
  });

  it('end none where the store is back in time, and count from then', async () => {
    start();
    await pass(LEASE_MS / 3);
    returns();
    for (let turn = 0; turn < 6; turn++) await pass(LEASE_MS / 3);
    expect(reasons).toEqual([]);
  });
});
