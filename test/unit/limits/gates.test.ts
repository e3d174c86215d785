import { describe, expect, it } from 'vitest';
import type { NewRun } from '../../../shared/heddle/domain/run-transitions.ts';
import { type Trigger, TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import type { Gate } from '../../../shared/heddle/pipeline/limits/gate.ts';
import { GATES, isUnlimited } from '../../../shared/heddle/pipeline/limits/gates.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

/** The gates that a field of a trigger makes apply, and a value of it that does. */
interface Limiting {
  readonly fields: object;
  readonly gates: readonly string[];
}

/** Cannot keep a run from beginning. */
const NO_LIMIT = 'no limit';
/** Says how another field's limit acts, and is none by itself. */
const DETAIL = 'detail of a limit';

const KEY = '{{ event.id }}';
const SLOT_GATES = ['slots', 'line'];

/** A field that is added to triggers does not compile until it is sorted in here. */
const FIELDS: Readonly<Record<keyof Trigger, Limiting | typeof NO_LIMIT | typeof DETAIL>> = {
  enabled: { fields: { enabled: false }, gates: ['enabled'] },
  schedule: {
    fields: { source: 'schedule', schedule: { interval: '1h' } },
    gates: ['misfire'],
  },
  dedupe: { fields: { dedupe: { key: KEY, window: '1h' } }, gates: ['dedupe'] },
  debounce: { fields: { debounce: { wait: '5s' } }, gates: ['gather'] },
  batch: { fields: { batch: { size: 2, wait: '5s' } }, gates: ['gather'] },
  maxConcurrent: { fields: { maxConcurrent: 2 }, gates: SLOT_GATES },
  concurrencyKey: { fields: { concurrencyKey: KEY }, gates: SLOT_GATES },
  overlap: { fields: { overlap: 'skip' }, gates: SLOT_GATES },
  allowConcurrent: { fields: { allowConcurrent: false }, gates: SLOT_GATES },
  throttle: { fields: { throttle: { limit: 2, period: '1m' } }, gates: SLOT_GATES },
  limit: { fields: { limit: { name: 'api', maxConcurrent: 2 } }, gates: SLOT_GATES },
  cooldownSeconds: { fields: { cooldownSeconds: 5 }, gates: ['cooldown'] },
  priority: DETAIL,
  releaseOnFailure: DETAIL,
  whilePaused: DETAIL,
  orderingKey: NO_LIMIT,
  forEach: NO_LIMIT,
  ...{ name: NO_LIMIT, displayName: NO_LIMIT, description: NO_LIMIT, tags: NO_LIMIT, ui: NO_LIMIT },
  ...{
    source: NO_LIMIT,
    eventType: NO_LIMIT,
    mode: NO_LIMIT,
    conditions: NO_LIMIT,
    filter: NO_LIMIT,
  },
  ...{ requireVerification: NO_LIMIT, actor: NO_LIMIT, transform: NO_LIMIT, schema: NO_LIMIT },
  ...{ defaultInputs: NO_LIMIT, inputMapping: NO_LIMIT, variables: NO_LIMIT, data: NO_LIMIT },
  ...{ retry: NO_LIMIT, timeout: NO_LIMIT, onFailure: NO_LIMIT, poll: NO_LIMIT },
  ...{ persistData: NO_LIMIT, retentionDays: NO_LIMIT, status: NO_LIMIT },
  ...{ sourceActor: NO_LIMIT, sourceTrigger: NO_LIMIT },
  ...{ passOutputs: NO_LIMIT, outputMapping: NO_LIMIT },
};

const LIMITING = Object.entries(FIELDS).filter(
  (entry): entry is [string, Limiting] => typeof entry[1] === 'object',
);

function createScene(fields: object = {}, run: Partial<NewRun> = {}) {
  const [trigger] = toTriggers({ name: 'one', actor: 'act', ...fields }) as [Trigger];
  const { engine } = createWorld([trigger], {});
  const fresh: NewRun = {
    ...{ id: 'r', trigger: 'one', actor: 'act', source: 'github', eventId: 'e', eventKey: 'k' },
    ...{ eventType: 'push', eventTypeRoot: 'push', isReplay: false, ...run },
  };
  const subject = { run: fresh, trigger };
  const findNames = () =>
    GATES.filter((gate) => gate.appliesTo(engine, subject)).map(({ name }) => name);
  return { engine, subject, findNames };
}

describe('a run without limits', () => {
  it('meets no gate', () => {
    const { engine, subject, findNames } = createScene();
    expect(findNames()).toEqual([]);
    expect(isUnlimited(engine, subject)).toBe(true);
  });

  it('is limited as soon as there is a gate for it', () => {
    const { engine, subject } = createScene();
    const planted: Gate = {
      name: 'planted',
      appliesTo: () => true,
      check: async () => ({ outcome: 'passed' }),
    };
    expect(isUnlimited(engine, subject, [...GATES, planted])).toBe(false);
  });
});

describe('the fields of a trigger', () => {
  it('are all sorted into limits and others', () => {
    expect(Object.keys(FIELDS).toSorted()).toEqual(Object.keys(TriggerSchema.shape).toSorted());
  });

  it.each(LIMITING)('%s makes its gates apply', (_, { fields, gates }) => {
    const { engine, subject, findNames } = createScene(fields);
    expect(findNames()).toEqual(gates);
    expect(isUnlimited(engine, subject)).toBe(false);
  });

  it('have a gate each that is in the list once', () => {
    const names = GATES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const ofState = ['replayable', 'depth', 'window-open', 'paused'];
    const ofFields = LIMITING.flatMap(([, { gates }]) => gates);
    expect([...new Set([...ofState, ...ofFields])].toSorted()).toEqual(names.toSorted());
  });
});

describe('what has happened to a run or its trigger', () => {
  it.each([
    ['a chain that is too long', { depth: 11 }, ['depth']],
    ['a chain that a replay began', { causedByReplay: true as const }, ['replayable']],
    ['a replay', { isReplay: true }, ['replayable']],
    ['a window', { gathered: { members: [], openedAt: '' } }, ['window-open']],
  ])('makes a gate apply: %s', (_, run, names) => {
    expect(createScene({}, run).findNames()).toEqual(names);
  });

  it('makes a gate apply: a pause', async () => {
    const { engine, findNames } = createScene();
    await pauseTrigger(engine, 'one', { by: 'operator', message: undefined });
    expect(findNames()).toEqual(['paused']);
  });

  it('spares replays and windows the limits in time, and not the number of slots', () => {
    const limits = {
      ...{ cooldownSeconds: 5, dedupe: { key: KEY, window: '1h' }, maxConcurrent: 1 },
    };
    const replay = createScene(limits, { isReplay: true });
    expect(replay.findNames()).toEqual(['replayable', ...SLOT_GATES]);
    const window = createScene(limits, { gathered: { members: [], openedAt: '' } });
    expect(window.findNames()).toEqual(['window-open', 'slots', 'cooldown', 'line']);
  });

  it('holds a retry for its slots only', async () => {
    const { engine, subject } = createScene({
      ...{ enabled: false, cooldownSeconds: 5, maxConcurrent: 1, batch: { size: 2, wait: '5s' } },
      dedupe: { key: KEY, window: '1h' },
    });
    await pauseTrigger(engine, 'one', { by: 'operator', message: undefined });
    const attempt = { attempt: 1, startedAt: '', endedAt: '', outcome: 'failed' as const };
    const run = { ...subject.run, depth: 11, isReplay: true, attempts: [attempt] };
    const applying = GATES.filter((gate) => gate.appliesTo(engine, { ...subject, run }));
    expect(applying.map(({ name }) => name)).toEqual(SLOT_GATES);
  });
});
