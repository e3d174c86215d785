import { MANUAL_SOURCE, POLL_SOURCE, SCHEDULE_SOURCE } from './built-in-sources.ts';
import { COMPLETION_SOURCE } from './completion.ts';

/** Fields that the rules check. A field that is invalid by itself may be anything. */
interface Checked {
  readonly name?: unknown;
  readonly source?: unknown;
  readonly eventType?: unknown;
  readonly mode?: unknown;
  readonly debounce?: unknown;
  readonly batch?: unknown;
  readonly forEach?: unknown;
  readonly orderingKey?: unknown;
  readonly overlap?: unknown;
  readonly allowConcurrent?: unknown;
  readonly persistData?: unknown;
  readonly retry?: unknown;
  readonly onFailure?: unknown;
  readonly schedule?: unknown;
  readonly poll?: unknown;
}

export interface Contradiction {
  /** The field to change. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Suffix of the names of the triggers that `onFailure` makes. */
export const ON_FAILURE_SUFFIX = '.on-failure';

const MAX_NAME_CHARS = 64;

/** Paths of the API beside `/api/v1/triggers/{name}` and `/api/v1/schedules/{name}`. */
const RESERVED_NAMES = ['emit', 'events', 'preview', 'stats'];

/** Fields that only one source allows. */
const FIELDS_OF_SOURCE: Readonly<Record<string, readonly string[]>> = {
  [COMPLETION_SOURCE]: ['sourceActor', 'sourceTrigger', 'status', 'passOutputs', 'outputMapping'],
  [MANUAL_SOURCE]: ['schema', 'ui'],
  [SCHEDULE_SOURCE]: ['schedule', 'data'],
  [POLL_SOURCE]: ['poll'],
};

type Rule = readonly [isBroken: boolean, path: Contradiction['path'], message: string];

/** Finds fields that are valid alone but contradict each other. */
export function findContradictions(trigger: Checked): readonly Contradiction[] {
  const names = [...toNameRules(trigger), toManualRule(trigger)];
  const others = [toWindowRule(trigger), toDelayRule(trigger), ...names];
  const rules = [...toLimitRules(trigger), ...others, ...toTimedRules(trigger)];
  const broken = rules.filter(([isBroken]) => isBroken);
  return [...broken.map(([, path, message]) => ({ path, message })), ...findForeignFields(trigger)];
}

function toLimitRules(trigger: Checked): readonly Rule[] {
  const { debounce, batch, forEach, orderingKey, overlap, allowConcurrent, persistData } = trigger;
  const gathers = debounce === undefined ? 'batch' : 'debounce';
  const isGathering = debounce !== undefined || batch !== undefined;
  return [
    [
      debounce !== undefined && batch !== undefined,
      ['batch'],
      'debounce and batch both make one run of several events: leave one out',
    ],
    [
      isGathering && orderingKey !== undefined,
      ['orderingKey'],
      `a run of many events has no place in an order: leave this or ${gathers} out`,
    ],
    [
      isGathering && forEach !== undefined,
      ['forEach'],
      `it makes many runs of one event, and a ${gathers} one run of many: leave this or ${gathers} out`,
    ],
    [
      isGathering && allowConcurrent === false,
      ['allowConcurrent'],
      `inputs are compared event by event, and a ${gathers} has many: leave this or ${gathers} out`,
    ],
    [
      orderingKey !== undefined && overlap !== undefined && overlap !== 'queue',
      ['overlap'],
      'with an orderingKey every run waits its turn: leave it out, or say queue',
    ],
    [
      isGathering && persistData === false,
      ['persistData'],
      `the payloads of a ${gathers} must be kept until its run has ended: leave this or ${gathers} out`,
    ],
  ];
}

function toWindowRule({ debounce }: Checked): Rule {
  const { wait, maxWait } = (debounce ?? {}) as { readonly wait?: unknown; maxWait?: unknown };
  const isShorter = typeof wait === 'number' && typeof maxWait === 'number' && maxWait < wait;
  return [
    isShorter,
    ['debounce', 'maxWait'],
    'the window would close before wait has passed: expected no less than wait',
  ];
}

function toDelayRule({ retry }: Checked): Rule {
  const { maxAttempts, delay, maxDelay } = (retry ?? {}) as Readonly<Record<string, unknown>>;
  const isLonger = typeof delay === 'number' && typeof maxDelay === 'number' && delay > maxDelay;
  return [
    isLonger && maxAttempts !== 1,
    ['retry', 'maxDelay'],
    'no wait is longer than this, which is 5m unless said: expected no less than delay',
  ];
}

function toNameRules({ name, onFailure }: Checked): readonly Rule[] {
  const most = MAX_NAME_CHARS - ON_FAILURE_SUFFIX.length;
  return [
    [
      Boolean(onFailure) && typeof name === 'string' && name.length > most,
      ['name'],
      `onFailure makes a trigger of this name and "${ON_FAILURE_SUFFIX}": expected at most ${most} characters`,
    ],
    [
      RESERVED_NAMES.some((reserved) => reserved === name),
      ['name'],
      `the API has a path "${name}" of its own: take another name`,
    ],
  ];
}

function toManualRule({ source, eventType }: Checked): Rule {
  const isOneType = typeof eventType === 'string' && !eventType.includes('*');
  return [
    source === MANUAL_SOURCE && eventType !== undefined && !isOneType,
    ['eventType'],
    'what a manual trigger is executed with has one type: leave this out, and it is the name',
  ];
}

/** Rules for triggers that fire by their own clock. */
function toTimedRules({
  source,
  schedule,
  poll,
  orderingKey,
  eventType,
}: Checked): readonly Rule[] {
  const isTimed = source === SCHEDULE_SOURCE || source === POLL_SOURCE;
  return [
    [
      source === SCHEDULE_SOURCE && schedule === undefined,
      ['schedule'],
      'source schedule needs it: a cron expression such as "0 8 * * 1-5", or { interval: 5m }',
    ],
    [
      source === POLL_SOURCE && poll === undefined,
      ['poll'],
      'source poll needs it: { poller: name, interval: 30s }',
    ],
    [
      isTimed && orderingKey !== undefined,
      ['orderingKey'],
      'what comes by the clock has no order to keep: leave it out, and say maxConcurrent: 1',
    ],
    [
      isTimed && eventType !== undefined,
      ['eventType'],
      `what comes of a trigger with source ${source} is for that one alone: leave it out`,
    ],
  ];
}

function findForeignFields(trigger: Checked): readonly Contradiction[] {
  const given = trigger as Readonly<Record<string, unknown>>;
  if (typeof trigger.source !== 'string') return [];
  return Object.entries(FIELDS_OF_SOURCE)
    .filter(([source]) => source !== trigger.source)
    .filter(([source]) => source !== MANUAL_SOURCE || trigger.mode !== 'manual')
    .flatMap(([source, fields]) =>
      fields
        .filter((field) => given[field] !== undefined)
        .map((field) => ({ path: [field], message: `only with "source: ${source}"` })),
    );
}
