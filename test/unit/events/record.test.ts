import { beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { TriggerStates } from '../../../shared/heddle/pipeline/engine/trigger-states.ts';
import { type Recorded, recordEvent } from '../../../shared/heddle/pipeline/events/record-event.ts';
import { toNewRun, toRunEvent } from '../../../shared/heddle/pipeline/runs/new-run.ts';
import { EVENTS } from '../../../shared/heddle/ports/collections.ts';
import type {
  Document,
  DocumentStore,
  Stored,
} from '../../../shared/heddle/ports/document-store.ts';
import { createSnapshot } from '../../helpers/catalogue.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { silent } from '../../helpers/world.ts';

const DAY_MS = 86_400_000;
const event = createEvent({ traceparent: '00-1-2-01', depth: 2, causedBy: 'run-0' });

let clock: FakeClock;
let store: DocumentStore;

beforeEach(() => {
  clock = createFakeClock();
  store = new SqliteStore(SqliteDatabase.open(':memory:'), { clock });
});

type Written = Partial<Record<keyof Trigger, unknown>>;

function toEngine(triggers: readonly Written[]) {
  const known = triggers.map((written, index) => createTrigger({ name: `t${index}`, ...written }));
  const states = new TriggerStates({ store, clock, logger: silent });
  const redact = (text: string) => text;
  return { store, states, redact, triggers: createSnapshot(known), retentionDays: 30 };
}

function record(triggers: readonly Written[], given = event) {
  return recordEvent(toEngine(triggers), given);
}

const forgetful = { persistData: false };
const elsewhere = { conditions: { action: 'closed' } };

describe('the record of an event', () => {
  const isStripped = async (...triggers: Parameters<typeof record>[0]) =>
    (await record(triggers)).record.isStripped ?? false;

  it('has its payload where any trigger that matched keeps data', async () => {
    expect(await isStripped({}, forgetful)).toBe(false);
  });

  it('has none where every trigger that matched keeps no data', async () => {
    expect(await isStripped(forgetful, forgetful, elsewhere)).toBe(true);
  });

  it('has none where nothing matched, and every trigger that was asked keeps no data', async () => {
    expect(await isStripped({ ...forgetful, ...elsewhere })).toBe(true);
  });

  it('has it where nothing matched, and one that was asked keeps data', async () => {
    expect(await isStripped({ ...forgetful, ...elsewhere }, elsewhere)).toBe(false);
  });

  it('has it where nobody was asked', async () => {
    expect(await isStripped()).toBe(false);
    const other = createEvent({ id: 'delivery-2' });
    const { record: kept } = await record([{ ...forgetful, eventType: 'push' }], other);
    expect(kept).toMatchObject({ status: 'unmatched', data: other.data });
  });

  it('without payload has ids, times and decisions, and no text of the sender', async () => {
    const { record: kept } = await record([forgetful]);
    const { data: _data, fields: _fields, subject: _subject, id: eventId, ...rest } = event;
    expect((await store.read(EVENTS, kept.id))?.document).toEqual({
      ...{ ...rest, id: kept.id, eventId, typeRoot: 'pull_request', status: 'matched' },
      ...{ data: {}, fields: {}, isStripped: true, decisions: kept.decisions },
    });
    expect(JSON.stringify(kept)).not.toContain('hello-world');
  });

  it('without payload has none in the decisions of triggers that keep data', async () => {
    const filter = { filter: { action: 'closed' } };
    const { record: kept } = await record([forgetful, elsewhere, filter]);
    const [, first, second] = kept.decisions;
    expect(first).toEqual({
      ...{ trigger: 't1', outcome: 'unmatched' },
      ...{ clause: 'conditions.action', expected: '"closed"' },
    });
    expect(second).not.toHaveProperty('found');
  });

  it('is kept as long as its triggers want, and known again no longer', async () => {
    await record([{ retentionDays: 2 }]);
    await clock.advance(2 * DAY_MS - 1);
    expect(await record([])).toMatchObject({ isNew: false });
    await clock.advance(1);
    expect(await record([])).toMatchObject({ isNew: true });
  });
});

describe('the run of an event', () => {
  const toRun = (recorded: Recorded) =>
    toNewRun(recorded, { runId: 'run-1' }, { name: 't0', actor: 'log' });
  const read = async ({ record: { id } }: Recorded) => (await store.read(EVENTS, id))?.document;
  const queued = (recorded: Recorded) => ({
    ...toRun(recorded),
    ...{ status: 'queued' as const, nextAttempt: 1, dueAt: event.time, state: {}, attempts: [] },
    ...{ createdAt: event.time, updatedAt: event.time },
  });

  it('finds it in its record', async () => {
    const recorded = await record([{}]);
    expect(toRun(recorded)).not.toHaveProperty('event');
    expect(toRunEvent(queued(recorded), await read(recorded))).toEqual(event);
  });

  it('finds it as it was also where decisions are left out', async () => {
    const recorded = await record([{}, ...Array.from({ length: 60 }, () => elsewhere)]);
    expect(recorded.record.omitted).toBe(11);
    expect(toRunEvent(queued(recorded), await read(recorded))).toEqual(event);
  });

  it('carries it itself where the record has no payload, at a redelivery as well', async () => {
    const first = await record([forgetful]);
    const again = await record([forgetful]);
    expect([first.isNew, again.isNew]).toEqual([true, false]);
    for (const recorded of [first, again]) {
      expect(toRun(recorded).event).toEqual(event);
      expect(toRunEvent(queued(recorded), await read(recorded))).toEqual(event);
      expect(toRunEvent(queued(recorded), undefined)).toEqual(event);
    }
  });

  it('has none rather than an empty one where its payload is kept nowhere', async () => {
    const recorded = await record([forgetful]);
    const { event: _event, ...ended } = queued(recorded);
    expect(toRunEvent(ended, await read(recorded))).toBeUndefined();
    expect(toRunEvent(ended, undefined)).toBeUndefined();
  });

  it('is about what was recorded first, whatever a duplicate says', async () => {
    await record([{}]);
    const recorded = await record([{}], { ...event, data: { changed: true } });
    expect(recorded.event).toEqual(event);
  });

  it('is as deep as its event', async () => {
    expect(toRun(await record([{}])).depth).toBe(2);
    const { depth: _depth, ...shallow } = event;
    expect(toRun(await record([{}], { ...shallow, id: 'b' }))).not.toHaveProperty('depth');
  });
});

/** Repeats every creation, as a client does after a lost response. */
class LosingStore extends SqliteStore {
  override async create<T extends Document>(
    ...given: Parameters<SqliteStore['create']>
  ): Promise<Stored<T>> {
    await super.create(...given);
    return super.create(...given) as Promise<Stored<T>>;
  }
}

describe('a record whose write was made and whose answer was lost', () => {
  it('is found, with the event as it came', async () => {
    store = new LosingStore(SqliteDatabase.open(':memory:'), { clock });
    const recorded = await record([forgetful]);
    expect(recorded).toMatchObject({ isNew: false, event, record: { isStripped: true } });
  });
});

describe('a trigger that was put in error', () => {
  it('is no longer matched', async () => {
    const engine = toEngine([{}, {}]);
    await engine.states.change('t1', () => ({ status: 'error', message: 'it throws' }));
    const { record: kept } = await recordEvent(engine, event);
    expect(kept.decisions).toEqual([
      { trigger: 't0', outcome: 'matched', runId: expect.any(String) },
      expect.objectContaining({ trigger: 't1', clause: 'status', found: '"it throws"' }),
    ]);
  });
});
