import { describe, expect, it } from 'vitest';
import { fireEach, type PollContext, Poller } from '../../../shared/heddle/actors/poller.ts';
import {
  beginPoll,
  endPoll,
  type Polling,
} from '../../../shared/heddle/pipeline/polls/poll-record.ts';
import { createPollScene } from '../../helpers/poll-scene.ts';
import { CrashPlan, toTriggers } from '../../helpers/world.ts';

/**
 * Each poll finds one more file than the one before, at the top, so that no position in the list
 * repeats.
 */
function createInbox() {
  const files: string[] = [];
  class Inbox extends Poller {
    override readonly name = 'inbox';
    override readonly pollInterval = '2s';
    override poll({ state }: PollContext) {
      files.unshift(`file-${files.length}`);
      const seen = (state ?? []) as readonly string[];
      const fresh = files.filter((file) => !seen.includes(file));
      return fireEach(
        fresh.map((file) => ({ context: { file } })),
        { state: [...files] },
      );
    }
  }
  return { files, Inbox };
}

async function play(...plans: readonly CrashPlan[]) {
  const { files, Inbox } = createInbox();
  const scene = createPollScene({ inbox: Inbox });
  for (const second of [0, 2, 4]) await scene.sendPoll('inbox', second);
  await scene.world.drain(plans);
  const second = Math.ceil((scene.world.clock.now() - scene.start) / 1000);
  // Long after, when the interrupted poll has lost its claim.
  await scene.poll('inbox', second + 60);
  await scene.world.drain();
  const fired = (await scene.given('inbox')).map((given) => (given as { file: string }).file);
  expect(fired.toSorted()).toEqual(files.toSorted());
  expect(await scene.state('inbox')).toMatchObject({ state: files });
  expect(await scene.state('inbox')).not.toHaveProperty('unsent');
  expect(await scene.record('inbox')).not.toHaveProperty('busy');
  expect(await scene.world.queue.depth()).toBe(0);
  expect(await scene.world.deadLetters()).toEqual([]);
  return { scene, fired };
}

describe('a poll whose process dies', () => {
  it.each(['before', 'after'] as const)(
    'fires for everything once when that is %s any one of its writes',
    async (when) => {
      for (let at = 1; ; at++) {
        const plan = new CrashPlan(at, when);
        await play(plan);
        if (!plan.hasCrashed) break;
      }
    },
  );

  it('fires for everything once when the next process dies as well', async () => {
    for (let first = 1; first <= 8; first++) {
      for (let second = 1; second <= 6; second++) {
        await play(new CrashPlan(first, 'after'), new CrashPlan(second, 'after'));
        await play(new CrashPlan(first, 'after'), new CrashPlan(second, 'before'));
      }
    }
  });

  it('fires without a crash as it was found', async () => {
    const { scene, fired } = await play();
    expect(fired.length).toBeGreaterThan(1);
    expect(await scene.record('inbox')).toMatchObject({ fires: fired.length, failures: 0 });
  });

  it('leaves what it has found to the next poll where its message is gone', async () => {
    const { files, Inbox } = createInbox();
    const scene = createPollScene({ inbox: Inbox });
    await scene.sendPoll('inbox', 0);
    // The poll has begun and recorded what it found; nothing is sent.
    await scene.world.work(new CrashPlan(3, 'before'));
    const [message] = await scene.world.queue.receive(1);
    expect(message).toBeUndefined();
    expect(await scene.state('inbox')).toMatchObject({ found: 1, unsent: [{}] });
    await scene.world.clock.advance(10_001);
    const [lost] = await scene.world.queue.receive(1);
    if (lost) await scene.world.queue.complete(lost);
    await scene.poll('inbox', 60);
    expect((await scene.given('inbox')).toSorted()).toEqual(
      files.toSorted().map((file) => ({ file })),
    );
  });
});

describe('a poll that another delivery has taken over', () => {
  it('ends without a word: what it has found is not what was found last', async () => {
    const { Inbox } = createInbox();
    const { world, record } = createPollScene({ inbox: Inbox });
    const [trigger] = toTriggers({
      ...{ name: 'inbox', source: 'poll', actor: 'echo', poll: { poller: 'inbox' } },
    });
    if (!trigger) throw new Error('there is none');
    const due = new Date(world.clock.now()).toISOString();
    const toPolling = (deliveryCount: number): Polling => ({
      ...{ trigger, due },
      delivery: {
        id: '1',
        body: '',
        sequence: 7,
        deliveryCount,
        signal: new AbortController().signal,
      },
    });
    for (const deliveryCount of [1, 2]) {
      expect(await beginPoll(world.engine, toPolling(deliveryCount))).toBe(true);
    }
    await endPoll(world.engine, toPolling(1), { outcome: 'failed', fires: 0, error: 'too slow' });
    expect(await record('inbox')).toMatchObject({ busy: { delivery: 2 }, polls: 0, failures: 0 });
    await endPoll(world.engine, toPolling(2), { outcome: 'fired', fires: 1 });
    expect(await record('inbox')).toMatchObject({ lastOutcome: 'fired', polls: 1, fires: 1 });
    expect(await record('inbox')).not.toHaveProperty('busy');
  });
});
