import { describe, expect, it } from 'vitest';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import { stripRecord, toEventRecord } from '../../../shared/heddle/domain/event-record.ts';
import { findEventsOfRun } from '../../../shared/heddle/pipeline/runs/events-of-run.ts';
import { toNewRun, toRunEvent } from '../../../shared/heddle/pipeline/runs/new-run.ts';
import { findOrderingKeyOfRun } from '../../../shared/heddle/pipeline/runs/ordering-key-of-run.ts';
import { EVENTS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createRunsScene } from './runs-scene.ts';

const DECIDED = {
  decisions: [{ trigger: 't', outcome: 'matched' as const, runId: 'a' }],
} as unknown as Parameters<typeof toEventRecord>[2];
const toRecord = (event: Event, key = 'key') => toEventRecord(event, key, DECIDED);
const event = createEvent();
const trigger = { name: 't', actor: 'log' };

describe('the run of an event', () => {
  it('says of what event it is', () => {
    expect(toNewRun({ record: toRecord(event), event }, { runId: 'a' }, trigger)).toStrictEqual({
      ...{ id: 'a', trigger: 't', actor: 'log', source: 'github', isReplay: false },
      ...{ eventId: 'delivery-1', eventKey: 'key' },
      ...{ eventType: 'pull_request.opened', eventTypeRoot: 'pull_request' },
    });
  });

  it('is as deep in its chain as its event, and of a replay where that is', () => {
    const caused = { ...event, depth: 3, causedByReplay: true as const };
    expect(
      toNewRun({ record: toRecord(caused), event: caused }, { runId: 'a' }, trigger),
    ).toMatchObject({
      ...{ depth: 3, causedByReplay: true },
    });
  });

  it('has the event with it where its record has no payload', () => {
    const record = stripRecord(toRecord(event));
    expect(toNewRun({ record, event }, { runId: 'a' }, trigger)).toMatchObject({ event });
  });
});

describe('the event of a run', () => {
  const queued = () => createRunsScene().queued('a');

  it('is that of its record, or its own', () => {
    const own = { ...event, id: 'own' };
    expect(toRunEvent(queued(), toRecord(event))).toEqual(event);
    expect(toRunEvent({ ...queued(), event: own }, toRecord(event))).toEqual(own);
    expect(toRunEvent({ ...queued(), event: own }, undefined)).toEqual(own);
  });

  it('is none where its payload is kept nowhere', () => {
    expect(toRunEvent(queued(), undefined)).toBeUndefined();
    expect(toRunEvent(queued(), stripRecord(toRecord(event)))).toBeUndefined();
  });
});

describe('the events of a run', () => {
  async function find(members: readonly string[] | undefined, kept: readonly string[] = []) {
    const scene = createRunsScene();
    for (const key of kept) {
      await scene.world.store.create(EVENTS, toRecord(createEvent({ id: key }), key));
    }
    const gathered = members && { members: [...members], openedAt: scene.at() };
    const run = scene.queued('a', gathered ? { gathered } : {});
    const events = await findEventsOfRun(scene.engine, run, event);
    return { ids: events.map(({ id }) => id), lines: scene.logger.lines };
  }

  it('are its own where it has gathered none', async () => {
    expect(await find(undefined, ['k'])).toEqual({ ids: ['delivery-1'], lines: [] });
  });

  it('are those that it has gathered, in the order of their arrival, however many', async () => {
    const keys = Array.from({ length: 101 }, (_, n) => `k${100 - n}`);
    expect(await find(keys, keys)).toEqual({ ids: keys, lines: [] });
  });

  it('are those that are left where some have expired, which a log says', async () => {
    const { ids, lines } = await find(['k1', 'k2', 'k3'], ['k1', 'k3']);
    expect(ids).toEqual(['k1', 'k3']);
    expect(lines).toEqual([expect.stringMatching(/^warn 1 .*"runId":"a"/)]);
  });

  it('are its own where all have expired', async () => {
    const { ids, lines } = await find(['k1']);
    expect(ids).toEqual(['delivery-1']);
    expect(lines).toHaveLength(1);
  });
});

describe('the ordering key of a run', () => {
  async function find(written: object, isReplay = false) {
    const scene = createRunsScene(written);
    await scene.world.store.create(EVENTS, toRecord(event, 'key-1'));
    const run = { ...scene.queued('a'), isReplay };
    return findOrderingKeyOfRun(scene.engine, run);
  }
  const ordered = { orderingKey: '{{ event.number }}' };

  it('is made from its event', async () => {
    expect(await find(ordered)).toMatch(/7/);
  });

  it('is none for a replay, or where its trigger asks for none', async () => {
    expect(await find(ordered, true)).toBeUndefined();
    expect(await find({})).toBeUndefined();
  });

  it('is none where its event or its trigger is gone', async () => {
    const scene = createRunsScene(ordered);
    expect(await findOrderingKeyOfRun(scene.engine, scene.queued('a'))).toBeUndefined();
    const gone = { ...scene.queued('a'), trigger: 'gone' };
    expect(await findOrderingKeyOfRun(scene.engine, gone)).toBeUndefined();
  });
});
