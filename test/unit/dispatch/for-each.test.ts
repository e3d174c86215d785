import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { replayEvent } from '../../../shared/heddle/pipeline/replays/replay-event.ts';
import { replayRun } from '../../../shared/heddle/pipeline/replays/replay-run.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createMatchTools } from '../../helpers/match-tools.ts';
import { CrashPlan, createWorld, toTriggers } from '../../helpers/world.ts';

const list = (count: number) => Array.from({ length: count }, (_, id) => ({ id }));

class Recorder extends Actor {
  static inputs: unknown[] = [];
  execute(input: { readonly id: number }): unknown {
    Recorder.inputs.push(input.id);
    return input.id;
  }
}

async function open(trigger: object) {
  Recorder.inputs = [];
  const triggers = toTriggers({ name: 'each', actor: 'recorder', forEach: '$.items', ...trigger });
  return createWorld(triggers, { recorder: Recorder });
}

const event = (items: unknown, more: object = {}) =>
  createEvent({ data: { items, ...more } as never, fields: {} });

const idsOf = async (world: Awaited<ReturnType<typeof open>>) =>
  (await world.runs()).map(({ id }) => id).toSorted();

describe('forEach', () => {
  it('makes one run for each item, and a decision that counts them', async () => {
    const world = await open({});
    await world.send(event(list(3)));
    await world.drain();
    expect(Recorder.inputs.toSorted()).toEqual([0, 1, 2]);
    const runs = await world.runs();
    expect(runs.map(({ item }) => item?.index).toSorted()).toEqual([0, 1, 2]);
    const [record] = await world.events();
    const first = runs.find(({ item }) => item?.index === 0);
    expect(record?.decisions).toEqual([
      {
        ...{ trigger: 'each', outcome: 'matched', runId: first?.id },
        forEach: { path: '$.items', max: 100, count: 3 },
      },
    ]);
  });

  it.each([
    ['no list', {}, undefined],
    ['an empty one', { items: [] }, '[]'],
    ['another value', { items: 'a' }, '"a"'],
  ])('runs nothing for %s, and the decision says why', async (_, data, found) => {
    const world = await open({});
    await world.send(createEvent({ data, fields: {} }));
    await world.drain();
    const [record] = await world.events();
    expect(record).toMatchObject({ status: 'unmatched' });
    expect(record?.decisions).toEqual([
      {
        ...{ trigger: 'each', outcome: 'unmatched', clause: 'forEach' },
        expected: '"a list with an item or more at $.items"',
        ...(found === undefined ? {} : { found }),
      },
    ]);
  });

  it('counts the items beyond max, and those with the key of an earlier one', async () => {
    const world = await open({ forEach: { path: '$.items', max: 2, key: '{{ item.id }}' } });
    await world.send(event([{ id: 1 }, { id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]));
    await world.drain();
    expect(Recorder.inputs.toSorted()).toEqual([1, 2]);
    const [record] = await world.events();
    expect(record?.decisions).toMatchObject([{ forEach: { count: 2, beyond: 2, repeated: 1 } }]);
  });

  it('takes an empty key for none', async () => {
    const world = await open({ forEach: { path: '$.items', key: '{{ item.sku }}' } });
    await world.send(event(list(3)));
    await world.drain();
    expect(Recorder.inputs.toSorted()).toEqual([0, 1, 2]);
  });

  it('makes the same runs whatever the order of the writes that a crash cuts off', async () => {
    for (const forEach of ['$.items', { path: '$.items', key: 'k{{ item.id }}' }]) {
      const whole = await open({ forEach });
      const plan = new CrashPlan();
      await whole.send(event(list(11)));
      await whole.work(plan);
      await whole.drain();
      const expected = await idsOf(whole);
      expect(expected).toHaveLength(11);
      for (let at = 1; at <= plan.writes; at++) {
        for (const when of ['before', 'after'] as const) {
          const world = await open({ forEach });
          await world.send(event(list(11)));
          await world.drain([new CrashPlan(at, when)]);
          expect(await idsOf(world), `${when} write ${at}`).toEqual(expected);
          expect(
            (await world.runs()).every(({ status }) => status === 'succeeded'),
            `${when} write ${at}`,
          ).toBe(true);
        }
      }
    }
  });

  it('finds the runs that it began with, though the trigger is another now', async () => {
    const world = await open({ forEach: { path: '$.items', key: '{{ item.id }}' } });
    await world.send(event(list(10), { others: list(3) }));
    await world.work(new CrashPlan(4)).catch(() => undefined);
    const changed = { name: 'each', source: 'github', actor: 'recorder', forEach: '$.others' };
    const now = [TriggerSchema.parse(changed)];
    world.engine.catalogue.replace('base', now, createMatchTools());
    await world.drain();
    const runs = await world.runs();
    expect(runs.map(({ item }) => item?.path)).toEqual(Array(10).fill('$.items'));
    expect(new Set(Recorder.inputs)).toEqual(new Set(list(10).map(({ id }) => id)));
  });

  it('begins items in their order', async () => {
    const world = await open({});
    await world.send(event(list(12)));
    await world.drain();
    expect(Recorder.inputs).toEqual(list(12).map(({ id }) => id));
  });

  it('applies limits to each item', async () => {
    const world = await open({ dedupe: { key: '{{ item.kind }}', window: '1h' } });
    await world.send(
      event([
        { id: 1, kind: 'a' },
        { id: 2, kind: 'b' },
        { id: 3, kind: 'a' },
      ]),
    );
    await world.drain();
    const runs = await world.runs();
    const byStatus = runs.map(({ status }) => status).toSorted();
    expect(byStatus).toEqual(['skipped', 'succeeded', 'succeeded']);
  });

  it('runs several hundred items, and keeps no item with its event but by position', async () => {
    const world = await open({ forEach: { path: '$.items', max: 400 } });
    await world.send(event(list(500)));
    await world.drain();
    expect(new Set(Recorder.inputs).size).toBe(400);
    const [record] = await world.events();
    expect(JSON.stringify(record?.decisions).length).toBeLessThan(500);
  });

  it('keeps the list once where no payload is kept, and runs all the same', async () => {
    const world = await open({
      ...{ persistData: false, inputMapping: { id: '$.item.id', shop: '$.shop' } },
    });
    await world.send(event(list(20), { shop: 'A' }));
    await world.work();
    const waiting = (await world.runs()).find(({ event: kept }) => kept !== undefined);
    expect(waiting?.event?.data).not.toHaveProperty('items');
    expect(waiting?.event?.data).toMatchObject({ shop: 'A', item: {} });
    await world.drain();
    expect(new Set(Recorder.inputs).size).toBe(20);
    expect(JSON.stringify(await world.runs())).not.toContain('"shop"');
  });

  it('replays an event with all its items, and one run alone', async () => {
    const world = await open({});
    await world.send(event(list(3)));
    await world.drain();
    const [record] = await world.events();
    const first = await world.runs();
    for (const uses of ['original', 'present'] as const) {
      const key = uses;
      const { runs } = await replayEvent(world.engine, record?.id ?? '', { uses, key });
      const again = await replayEvent(world.engine, record?.id ?? '', { uses, key });
      expect(new Set(runs).size, uses).toBe(3);
      expect(again.runs).toEqual(runs);
    }
    await world.drain();
    const last = first.find(({ item }) => item?.index === 2);
    const { runId } = await replayRun(world.engine, last?.id ?? '', { uses: 'original' });
    await world.drain();
    const alone = (await world.runs()).find(({ id }) => id === runId);
    expect(alone).toMatchObject({ status: 'succeeded', item: { index: 2 }, output: 2 });
    expect(Recorder.inputs.toSorted()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
  });

  it.each([{ debounce: { wait: '5s' } }, { batch: { size: 2, wait: '5s' } }])(
    'contradicts %j',
    (gathering) => {
      const written = { name: 'a', source: 'github', actor: 'log', forEach: '$.a', ...gathering };
      expect(TriggerSchema.safeParse(written).error?.issues).toMatchObject([{ path: ['forEach'] }]);
    },
  );
});
