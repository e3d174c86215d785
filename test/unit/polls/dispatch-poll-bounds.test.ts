import { describe, expect, it } from 'vitest';
import {
  fire,
  type PollContext,
  Poller,
  type PollResult,
  skip,
} from '../../../shared/heddle/actors/poller.ts';
import { createPollScene, type PollScene } from '../../helpers/poll-scene.ts';

class Sound extends Poller {
  override readonly name = 'sound';
  override readonly pollInterval = '2s';
  override poll({ due }: PollContext) {
    return fire({ due });
  }
}

/** Creates a poller with any result. */
function answering(answer: (context: PollContext) => unknown) {
  return class extends Poller {
    override readonly name = 'odd';
    override readonly pollInterval = '2s';
    override poll(context: PollContext) {
      return answer(context) as PollResult;
    }
  };
}

async function pollBoth(scene: PollScene, second: number) {
  await scene.sendPoll('odd', second);
  await scene.poll('sound', second);
}

const circle: Record<string, unknown> = {};
circle.self = circle;
let deep: object = {};
for (let level = 0; level < 60; level++) deep = { deep };

describe('a poller at fault', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no such share');
      },
      /^no such share$/,
    ],
    [
      'throws what is no error',
      () => {
        throw 'a text';
      },
      /^a text$/,
    ],
    [
      'throws an object',
      () => {
        throw { code: 7 };
      },
      /^{ code: 7 }$/,
    ],
    [
      'throws an error whose message is no text',
      () => {
        throw Object.assign(new Error(), { message: { detail: 'no share' } });
      },
      /^{ detail: 'no share' }$/,
    ],
    ['rejects', () => Promise.reject(new Error('refused')), /^refused$/],
    ['says nothing', () => undefined, /expected skip\(\), fire\(\) or fireEach\(\)/],
    ['returns true', () => true, /expected skip\(\)/],
    ['returns an outcome of its own', () => ({ outcome: 'maybe' }), /expected skip\(\)/],
    ['fires without events', () => ({ outcome: 'fire' }), /expected skip\(\)/],
    ['fires with null', () => ({ outcome: 'fire', events: [null] }), /expected an object/],
    ['fires with a text', () => fire('text' as never), /expected an object/],
    ['fires with a circle', () => fire(circle as never), /circular/],
    ['fires with a symbol', () => fire(Symbol('big') as never), /expected an object/],
    ['fires with 60 levels', () => fire(deep as never), /at most 50 levels/],
    [
      'fires with 1 MB',
      () => fire({ text: 'x'.repeat(2 ** 20) }),
      /1048587 characters of JSON, of which 1000000/,
    ],
    [
      'fires 10,001 times',
      () => ({ outcome: 'fire', events: Array(10_001).fill({ context: {} }) }),
      /10001 events, of which 10000/,
    ],
    [
      'fires 30 MB in all',
      () => ({
        outcome: 'fire',
        events: Array(40).fill({ context: { text: 'x'.repeat(750_000) } }),
      }),
      /more than 20000000 characters/,
    ],
    [
      'fires at no time',
      () => ({ outcome: 'fire', events: [{ context: {}, time: 'soon' }] }),
      /ISO 8601/,
    ],
    [
      'fires with no word',
      () => ({ outcome: 'fire', events: [{ context: {}, event: 7 }] }),
      /a word such as created/,
    ],
    ['keeps a function', () => skip({ state: (() => 1) as never }), /that JSON can say/],
    [
      'keeps 51 MB',
      () => skip({ state: 'x'.repeat(51_000_000) }),
      /51000002 characters of JSON, of which 50000000/,
    ],
  ])('that %s is reported, and the others fire', async (_, answer, error) => {
    const scene = createPollScene({ odd: answering(answer), sound: Sound });
    for (const second of [0, 2]) await pollBoth(scene, second);
    expect(await scene.record('odd')).toMatchObject({
      ...{ lastOutcome: 'failed', failures: 2, polls: 2, fires: 0, leftOut: 0 },
      error: expect.stringMatching(error),
    });
    expect(await scene.state('odd')).toBeUndefined();
    expect(await scene.given('sound')).toHaveLength(2);
    expect(await scene.world.queue.depth()).toBe(0);
  });

  it('goes on with the state before, and is sound again once it does', async () => {
    const answers: ((context: PollContext) => unknown)[] = [
      () => fire({ n: 1 }, { state: 'kept' }),
      () => Promise.reject(new Error('for once')),
      ({ state }) => fire({ state: state ?? null }),
    ];
    const scene = createPollScene({ odd: answering((context) => answers.shift()?.(context)) });
    for (const second of [0, 2, 4]) await scene.poll('odd', second);
    expect(await scene.given('odd')).toEqual([{ n: 1 }, { state: 'kept' }]);
    expect(await scene.record('odd')).toMatchObject({ failures: 0, polls: 3 });
    expect(await scene.record('odd')).not.toHaveProperty('error');
  });

  it('says no secret in what is kept of its error', async () => {
    const scene = createPollScene({
      odd: answering(() => Promise.reject(new Error('401 for key top-secret-value'))),
    });
    await scene.poll('odd', 0);
    expect((await scene.record('odd'))?.error).not.toContain('top-secret-value');
  });

  it('that hangs is left when its time is up, told so, and asked again', async () => {
    const signals: AbortSignal[] = [];
    let asked = Promise.withResolvers<void>();
    const hanging = answering(({ signal }) => {
      signals.push(signal);
      asked.resolve();
      return new Promise(() => undefined);
    });
    const scene = createPollScene({ odd: hanging, sound: Sound });
    for (const second of [0, 12]) {
      asked = Promise.withResolvers<void>();
      await scene.sendPoll('odd', second);
      await scene.world.clock.advance(scene.start + second * 1000 - scene.world.clock.now());
      const hung = scene.world.work();
      await asked.promise;
      await scene.poll('sound', second + 2);
      await scene.poll('odd', second + 4);
      expect(await scene.given('sound')).toHaveLength(second === 0 ? 1 : 2);
      await scene.world.clock.advance(7000);
      await hung;
      expect(await scene.record('odd')).toMatchObject({
        ...{ lastOutcome: 'failed', durationMs: 10_000, polls: signals.length },
        ...{ error: 'the poll took longer than 10000 ms', leftOut: signals.length },
      });
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('that answers after its time changes nothing any more', async () => {
    const { promise, resolve } = Promise.withResolvers<PollResult>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const scene = createPollScene({
      odd: answering(() => {
        ask();
        return promise;
      }),
    });
    await scene.sendPoll('odd', 0);
    const hung = scene.world.work();
    await asked;
    await scene.world.clock.advance(10_001);
    await hung;
    resolve(fire({ late: true }, { state: 'late' }));
    await scene.world.drain();
    expect(await scene.given('odd')).toEqual([]);
    expect(await scene.state('odd')).toBeUndefined();
  });

  it('that has lost its message to another process leaves it the word', async () => {
    const { promise, resolve } = Promise.withResolvers<PollResult>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    let looks = 0;
    const slow = answering(() => {
      looks++;
      if (looks > 1) return fire({ look: looks }, { state: looks });
      ask();
      return promise;
    });
    const trigger = { name: 'odd', poll: { poller: 'odd', timeout: '1m' } };
    const scene = createPollScene({ odd: slow }, [trigger]);
    await scene.sendPoll('odd', 0);
    const first = scene.world.work();
    await asked;
    await scene.world.clock.advance(10_001);
    await scene.world.work();
    resolve(fire({ look: 1 }, { state: 1 }));
    // The poll throws to be redelivered, as its message is no longer its own.
    await expect(first).rejects.toThrow('another poll of odd has ended');
    await scene.world.drain();
    expect(await scene.given('odd')).toEqual([{ look: 2 }]);
    expect(await scene.state('odd')).toMatchObject({ state: 2 });
  });
});
