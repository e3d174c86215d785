import { describe, expect, it } from 'vitest';
import { toEventKey, toRunId } from '../../../shared/heddle/domain/ids.ts';
import {
  type EventAsk,
  replayEvent,
} from '../../../shared/heddle/pipeline/replays/replay-event.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import { createReplayScene, type ReplayScene, rejectedWith } from '../../helpers/replay-scene.ts';

const rejected = (status: number, code: string) =>
  expect.toSatisfy(rejectedWith(status, code), `${status} ${code}`);

const replay = (scene: ReplayScene, ask: EventAsk, id = 'a') =>
  replayEvent(scene.world.engine, toEventKey('github', id), ask);

const present = { uses: 'present' } as const;
const original = { uses: 'original' } as const;
const named = (...names: readonly string[]) => names.map((name) => ({ name }));

describe('an event that is replayed with the present triggers', () => {
  it('is matched anew, and runs those that match now', async () => {
    const scene = createReplayScene(named('stays', 'goes'));
    await scene.take('a');
    scene.define(...named('stays', 'comes'), { name: 'other', eventType: 'push', filter: 'false' });
    const { runs, decisions } = await replay(scene, present);
    await scene.deliver();
    expect(decisions).toMatchObject([
      { trigger: 'stays', outcome: 'matched', runId: runs[0] },
      { trigger: 'comes', outcome: 'matched', runId: runs[1] },
      { trigger: 'other', outcome: 'unmatched', clause: 'filter' },
    ]);
    expect(await scene.replays()).toHaveLength(2);
    for (const run of await scene.replays()) {
      const before = toRunId(toEventKey('github', 'a'), 'stays');
      const origin = run.trigger === 'stays' ? { runId: before } : {};
      expect(run).toMatchObject({ status: 'succeeded', replay: { ...origin, uses: 'present' } });
    }
  });

  it('keeps the decisions that were made of it at first', async () => {
    const scene = createReplayScene([]);
    await scene.take('a');
    scene.define(...named('late'));
    await replay(scene, present);
    await scene.deliver();
    expect(await scene.world.events()).toMatchObject([
      { status: 'unmatched', decisions: [{ outcome: 'unrouted' }] },
    ]);
    expect(await scene.replays()).toMatchObject([{ trigger: 'late', status: 'succeeded' }]);
  });

  it('runs one trigger alone where only that is asked for, and says why it does not', async () => {
    const scene = createReplayScene([
      ...named('one', 'two'),
      { name: 'issues', eventType: ['issues', 'release'] },
      { name: 'grafana', source: 'grafana' },
    ]);
    await scene.take('a');
    const { runs } = await replay(scene, { ...present, trigger: 'two' });
    await scene.deliver();
    expect(await scene.replays()).toMatchObject([{ id: runs[0], trigger: 'two' }]);
    expect(await replay(scene, { ...present, trigger: 'issues' })).toEqual({
      runs: [],
      decisions: [
        {
          ...{ trigger: 'issues', outcome: 'unmatched', clause: 'eventType' },
          ...{ expected: '["issues","release"]', found: '"push"' },
        },
      ],
    });
    expect(await replay(scene, { ...present, trigger: 'grafana' })).toMatchObject({
      decisions: [{ clause: 'source', expected: '"grafana"', found: '"github"' }],
    });
    const unknown = replay(scene, { ...present, trigger: 'nobody' });
    await expect(unknown).rejects.toEqual(rejected(404, 'trigger_not_found'));
  });

  it('makes its runs once for each Idempotency-Key', async () => {
    const scene = createReplayScene(named('one', 'two'));
    await scene.take('a');
    const first = await replay(scene, { ...present, key: 'k' });
    expect(await replay(scene, { ...present, key: 'k' })).toEqual(first);
    await scene.deliver();
    expect(await scene.replays()).toHaveLength(2);
    expect(await replay(scene, { ...original, key: 'k' })).not.toEqual(first);
  });
});

describe('an event that is replayed with the original triggers', () => {
  it('runs those that matched then, as they were then', async () => {
    const then = [
      { name: 'kept', variables: { text: 'then' } },
      { name: 'gone' },
      { name: 'not', filter: 'false' },
    ];
    const scene = createReplayScene(then);
    await scene.take('a');
    scene.define({ name: 'kept', variables: { text: 'now' } }, { name: 'not' });
    scene.executions.length = 0;
    const { decisions } = await replay(scene, original);
    await scene.deliver();
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['matched', 'matched', 'unmatched']);
    const executed = scene.executions.toSorted((a, b) => (a.trigger < b.trigger ? -1 : 1));
    expect(executed).toMatchObject([
      { trigger: 'gone', isReplay: true },
      { trigger: 'kept', input: { text: 'then' }, isReplay: true },
    ]);
  });

  it('says which are not known any more, and is refused when none is', async () => {
    const scene = createReplayScene(named('one', 'two'));
    await scene.take('a');
    const key = toEventKey('github', 'a');
    await scene.world.store.delete(RUNS, toRunId(key, 'one'));
    expect(await replay(scene, original)).toMatchObject({
      decisions: [
        { trigger: 'one', outcome: 'error', message: expect.stringContaining('is not kept') },
        { trigger: 'two', outcome: 'matched' },
      ],
    });
    await scene.world.store.delete(RUNS, toRunId(key, 'two'));
    await expect(replay(scene, original)).rejects.toEqual(rejected(409, 'version_unknown'));
  });
});

describe('an event that cannot be replayed', () => {
  it('is refused where it is not kept, or without its payload', async () => {
    const scene = createReplayScene([{ name: 't', persistData: false }]);
    await expect(replay(scene, present)).rejects.toEqual(rejected(404, 'event_not_found'));
    await scene.take('a');
    await expect(replay(scene, present)).rejects.toEqual(rejected(409, 'event_stripped'));
    await expect(replay(scene, original)).rejects.toEqual(rejected(409, 'event_stripped'));
  });
});
