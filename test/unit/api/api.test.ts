import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { getEvent, listEvents as listParsedEvents } from '../../../shared/heddle/api/events.ts';
import type { ReadSide } from '../../../shared/heddle/api/list.ts';
import { EventQuerySchema, RunQuerySchema } from '../../../shared/heddle/api/query.ts';
import { parseQuery } from '../../../shared/heddle/api/request/fields.ts';
import { getRun, listRuns as listParsedRuns } from '../../../shared/heddle/api/runs.ts';
import { toEventRecord, toTypeRoot } from '../../../shared/heddle/domain/event-record.ts';
import { toEventKey, toRunId } from '../../../shared/heddle/domain/ids.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import { createQueuedRun, failRun } from '../../../shared/heddle/domain/run-transitions.ts';
import { EVENTS, RUNS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent, createNewRun } from '../../helpers/factories.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 2);
/** The time `minutes` before the tests' now. */
const ago = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();

let clock: FakeClock;
let side: ReadSide & { readonly store: SqliteStore };

beforeEach(() => {
  clock = createFakeClock(NOW);
  const database = SqliteDatabase.open(':memory:');
  side = { store: new SqliteStore(database, { clock }), clock };
  onTestFinished(() => database.close());
});

interface Given {
  readonly id: string;
  readonly source?: string;
  readonly type?: string;
  /** Age in minutes. */
  readonly age?: number;
  /** Names of the triggers that matched. */
  readonly triggers?: readonly string[];
  readonly isFailed?: boolean;
}

/** Stores an event and its runs as dispatch does. */
async function give(given: Given) {
  const { id, source = 'github', type = 'push', age = 0, triggers = [], isFailed } = given;
  const key = toEventKey(source, id);
  const event = createEvent({ id, source, type, receivedAt: ago(age) });
  const decisions = triggers.map((trigger) => {
    return { trigger, outcome: 'matched' as const, runId: toRunId(key, trigger) };
  });
  const unrouted = { outcome: 'unrouted' as const, expected: '[]', found: '"github"' };
  const decided = { decisions: decisions.length > 0 ? decisions : [unrouted] };
  await side.store.create(EVENTS, toEventRecord(event, key, decided));
  for (const { trigger, runId } of decisions) {
    const types = { eventType: type, eventTypeRoot: toTypeRoot(type) };
    const fresh = createNewRun({
      id: runId,
      trigger,
      source,
      eventId: id,
      eventKey: key,
      ...types,
    });
    const queued = createQueuedRun(fresh, ago(age));
    const run = isFailed ? failRun(queued, { code: 'c', message: 'm' }, ago(age)) : queued;
    await side.store.create<Run>(RUNS, run);
  }
}

const ask = (query: string) => new URLSearchParams(query);
const listEvents = async (on: ReadSide, query: URLSearchParams) =>
  listParsedEvents(on, parseQuery(EventQuerySchema, query));
const listRuns = async (on: ReadSide, query: URLSearchParams) =>
  listParsedRuns(on, parseQuery(RunQuerySchema, query));
const eventIds = async (query: string) =>
  (await listEvents(side, ask(query))).items.map(({ id }) => id);
const runIds = async (query: string) =>
  (await listRuns(side, ask(query))).items.map(({ eventId, trigger }) => `${eventId}:${trigger}`);

/** Lists the ids of every page; the clock advances between pages. */
async function listPages(list: typeof listEvents | typeof listRuns, query: string) {
  const pages: string[][] = [];
  let continuation: string | undefined;
  do {
    const next = continuation === undefined ? '' : `&continuation=${continuation}`;
    const page = await list(side, ask(query + next));
    pages.push(page.items.map(({ id }) => id));
    continuation = page.continuation;
    await clock.advance(MINUTE);
  } while (continuation !== undefined);
  return pages;
}

async function giveSome() {
  await give({ id: 'a', type: 'push', age: 300, triggers: ['one'] });
  await give({ id: 'b', type: 'pull_request.opened', age: 200, triggers: ['one', 'two'] });
  await give({ id: 'c', type: 'pull_request.closed', age: 100, triggers: ['two'], isFailed: true });
  await give({ id: 'd', type: 'pull_request', age: 50 });
  await give({ id: 'e', type: 'pull_request_review.submitted', source: 'grafana', age: 10 });
}

describe('a list of events', () => {
  beforeEach(giveSome);

  it.each([
    ['', ['e', 'd', 'c', 'b', 'a']],
    ['source=github', ['d', 'c', 'b', 'a']],
    ['source=nobody', []],
    ['type=pull_request', ['d', 'c', 'b']],
    ['type=pull_request.opened', ['b']],
    ['type=pull_request.', []],
    ['status=matched', ['c', 'b', 'a']],
    ['status=unmatched', ['e', 'd']],
    ['status=matched&type=pull_request', ['c', 'b']],
    ['trigger=one', ['b', 'a']],
    ['trigger=two&type=pull_request.closed', ['c']],
    ['trigger=one&status=matched', ['b', 'a']],
    ['trigger=one&status=unmatched', []],
    ['trigger=constructor', []],
    ['since=1h', ['e', 'd']],
    [`since=${ago(100)}`, ['e', 'd', 'c']],
    ['since=2026-01-01T23:50:00%2B01:00', ['e', 'd']],
    ['limit=2', ['e', 'd']],
  ])('asked with "%s" has them newest first', async (query, ids) => {
    expect(await eventIds(query)).toEqual(ids);
  });

  it.each(['type=pull_request.*', 'type=*'])(
    'asked with "%s" says what it takes',
    async (query) => {
      await expect(listEvents(side, ask(query))).rejects.toMatchObject({
        ...{ status: 400, code: 'query_invalid' },
        message: expect.stringContaining('its first part for all below it, without *'),
      });
    },
  );

  it('has no payloads, and the key under which each is kept', async () => {
    const { items } = await listEvents(side, ask('type=push'));
    expect(items[0]).not.toHaveProperty('data');
    expect(items[0]).not.toHaveProperty('typeRoot');
    expect(items[0]).toMatchObject({ id: 'a', key: toEventKey('github', 'a'), status: 'matched' });
  });

  it.each(['colour=red', 'status=failed', 'limit=0', 'since=soon'])(
    'asked with "%s" is refused with 400',
    async (query) => {
      await expect(listEvents(side, ask(query))).rejects.toMatchObject({
        status: 400,
        code: 'query_invalid',
      });
    },
  );
});

describe('a list of runs', () => {
  beforeEach(giveSome);

  it.each([
    ['source=github', ['c:two', 'b:one', 'b:two', 'a:one']],
    ['source=grafana', []],
    ['type=pull_request', ['c:two', 'b:one', 'b:two']],
    ['type=pull_request.opened', ['b:one', 'b:two']],
    ['trigger=one', ['b:one', 'a:one']],
    ['status=failed', ['c:two']],
    ['status=queued&trigger=two', ['b:two']],
    ['status=waiting', []],
    ['since=2h', ['c:two']],
    ['limit=1', ['c:two']],
  ])('asked with "%s" has them newest first', async (query, ids) => {
    const found = await runIds(query);
    expect(found.toSorted()).toEqual(ids.toSorted());
    expect(found[0]?.[0]).toBe(ids[0]?.[0]);
  });

  it.each(['colour=red', 'status=matched', 'limit=201'])(
    'asked with "%s" is refused with 400',
    async (query) => {
      await expect(listRuns(side, ask(query))).rejects.toMatchObject({ status: 400 });
    },
  );
});

describe('pages', () => {
  const ids = Array.from({ length: 23 }, (_, index) => `e${index}`);

  beforeEach(async () => {
    for (const [index, id] of ids.entries()) await give({ id, age: index, triggers: ['one'] });
  });

  it.each(['limit=5', 'limit=5&source=github', 'limit=5&since=1h', 'limit=5&trigger=one&since=1h'])(
    'of events asked with "%s" have each event once, in order, while time goes on',
    async (query) => {
      const pages = await listPages(listEvents, query);
      expect(pages.map(({ length }) => length)).toEqual([5, 5, 5, 5, 3]);
      expect(pages.flat()).toEqual(ids);
    },
  );

  it.each(['limit=10', 'limit=10&since=1d&trigger=one'])(
    'of runs asked with "%s" have each run once',
    async (query) => {
      const pages = await listPages(listRuns, query);
      expect(pages.map(({ length }) => length)).toEqual([10, 10, 3]);
      const all = ids.map((id) => toRunId(toEventKey('github', id), 'one'));
      expect(pages.flat()).toEqual(all);
    },
  );

  it('of one hour show that hour, whatever comes meanwhile', async () => {
    const first = await listEvents(side, ask('limit=20&since=1h'));
    await clock.advance(50 * MINUTE);
    await give({ id: 'late', age: -1 });
    const query = ask(`limit=20&since=1h&continuation=${first.continuation}`);
    const second = await listEvents(side, query);
    expect(second.items.map(({ id }) => id)).toEqual(['e20', 'e21', 'e22']);
    expect(second.continuation).toBeUndefined();
  });

  it('of another query, or of none, are refused with 400', async () => {
    const { continuation = '' } = await listEvents(side, ask('limit=5&since=1h'));
    const store = continuation.slice(continuation.indexOf('.') + 1);
    for (const wrong of [
      `since=2h&continuation=${continuation}`,
      `since=1h&source=github&continuation=${continuation}`,
      `since=1h&continuation=${store}`,
      `since=1h&continuation=zzz.${store}`,
      'continuation=constructor',
      'continuation=.',
    ]) {
      await expect(listEvents(side, ask(wrong))).rejects.toMatchObject({
        status: 400,
        code: 'continuation_invalid',
      });
    }
  });
});

describe('one event', () => {
  it('has its payload, its decisions and its runs', async () => {
    await give({ id: 'a', triggers: ['one', 'two'] });
    await give({ id: 'b', triggers: ['one'] });
    const event = await getEvent(side, 'a');
    const { data, fields } = createEvent();
    expect(event).toMatchObject({ id: 'a', source: 'github', status: 'matched', data, fields });
    expect(event.decisions.map(({ trigger }) => trigger)).toEqual(['one', 'two']);
    expect(event.runs.map(({ trigger }) => trigger).sort()).toEqual(['one', 'two']);
  });

  it('has an event whose id has slashes, which a path carries escaped', async () => {
    await give({ id: 'https://example.com/a|1' });
    await give({ id: 'odd%2Fid' });
    expect(await getEvent(side, 'https:%2F%2Fexample.com%2fa|1')).toMatchObject({
      id: 'https://example.com/a|1',
    });
    expect(await getEvent(side, 'odd%2Fid')).toMatchObject({ id: 'odd%2Fid' });
  });

  it('that is not there is 404', async () => {
    await give({ id: 'a' });
    for (const ask of [getEvent(side, 'b'), getEvent(side, 'a', 'grafana'), getEvent(side, '')]) {
      await expect(ask).rejects.toMatchObject({ status: 404, code: 'event_not_found' });
    }
  });

  it('of an id that two sources have is 409 until the source is named', async () => {
    await give({ id: 'a', source: 'github' });
    await give({ id: 'a', source: 'grafana' });
    const both = getEvent(side, 'a');
    await expect(both).rejects.toMatchObject({ status: 409, code: 'event_ambiguous' });
    await expect(both).rejects.toThrow(/grafana or github|github or grafana/);
    expect((await getEvent(side, 'a', 'grafana')).source).toBe('grafana');
  });
});

describe('one run', () => {
  it('is found by its id', async () => {
    await give({ id: 'a', triggers: ['one'] });
    const id = toRunId(toEventKey('github', 'a'), 'one');
    expect(await getRun(side, id)).toMatchObject({ id, trigger: 'one', status: 'queued' });
  });

  it('that is not there is 404', async () => {
    await expect(getRun(side, 'nobody')).rejects.toMatchObject({
      status: 404,
      code: 'run_not_found',
    });
  });
});
