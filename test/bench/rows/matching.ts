import { type Event, EventSchema } from '../../../shared/heddle/domain/event.ts';
import { toEventKey } from '../../../shared/heddle/domain/ids.ts';
import { type Trigger, TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import type { TriggerSnapshot } from '../../../shared/heddle/triggers/catalogue/index.ts';
import { loadMatchTools } from '../../../shared/heddle/triggers/conditions/match-tools.ts';
import { decide } from '../../../shared/heddle/triggers/match/match.ts';
import { createSnapshot } from '../../helpers/catalogue.ts';
import { LARGE } from '../harness/deliveries.ts';
import type { Result, Row } from '../harness/row.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';

const FEW = 10;
const MANY = 10_000;
const ROUNDS = 15;
const TIMES = 2000;
const EXPRESSIONS = 1000;
const SOURCES = 20;
const TYPES = ['push', 'issues.opened', 'issues.*', 'release', 'star.created', 'check_run', 'ping'];

const OPTIONS = { redact: (text: string) => text };

export const matching: Row = {
  name: 'matching',
  about: `matching an event against ${MANY} triggers of mixed sources and types, against ${FEW}`,
  async run() {
    return [
      compare(`matching, ${MANY} triggers against ${FEW}`, toEvent('pull_request.opened'), true),
      compare('the same where no type fits, so that all say why', toEvent('deployment'), false),
      await measureExpressions(),
    ];
  },
};

function compare(name: string, event: Event, isBound: boolean): Result {
  const few = createSnapshot(createTriggers(FEW));
  const many = createSnapshot(createTriggers(MANY));
  const times = { few: [] as number[], many: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const [timeFew, timeMany] = [time(event, few), time(event, many)];
    if (round === 0) continue;
    times.few.push(timeFew);
    times.many.push(timeMany);
  }
  const decisions = [few, many].map((registry) => {
    return decide(event, 'key', registry, OPTIONS).decisions.length;
  });
  return {
    ...{ name, unit: 'µs', value: toSpread(times.many), baseline: toSpread(times.few) },
    ratio: toRatio(times.many, times.few),
    ...(isBound ? { bound: { atMost: 2 } } : {}),
    note: `${decisions[1]} decisions, against ${decisions[0]}`,
  };
}

/** Measures microseconds per event. */
function time(event: Event, registry: TriggerSnapshot): number {
  const key = toEventKey(event.source, event.id);
  const start = performance.now();
  for (let count = 0; count < TIMES; count++) decide(event, key, registry, OPTIONS);
  return ((performance.now() - start) * 1000) / TIMES;
}

/**
 * Uses a different event each time, so that it is converted for the expressions as often as in
 * production.
 */
async function measureExpressions(): Promise<Result> {
  const triggers = createAlike(EXPRESSIONS);
  const registry = createSnapshot(triggers, await loadMatchTools(triggers));
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const events = Array.from({ length: 20 }, () => toEvent('pull_request.opened'));
    const start = performance.now();
    for (const event of events) decide(event, 'key', registry, OPTIONS);
    const spent = performance.now() - start;
    if (round > 0) times.push((spent * 1000) / (events.length * EXPRESSIONS));
  }
  return {
    name: `one of ${EXPRESSIONS} triggers that differ in an expression alone`,
    ...{ unit: 'µs', value: toSpread(times), bound: { atMost: 15 } },
    note: 'a share of converting the event in it',
  };
}

function createAlike(count: number): readonly Trigger[] {
  return Array.from({ length: count }, (_, index) => {
    const filter = [
      `event.pull_request.base.ref in ['main', 'release-${index}']`,
      `event.pull_request.title.startswith('Update')`,
      `event.pull_request.user.login == 'user-${index}'`,
    ].join(' and ');
    const base = { source: 'github', eventType: 'pull_request', actor: 'log' };
    return TriggerSchema.parse({ ...base, name: `alike-${index}`, filter });
  });
}

/** Creates triggers of which three are for pull requests and one matches, whatever the count. */
function createTriggers(count: number): readonly Trigger[] {
  const base = { source: 'github', actor: 'log' };
  const meant = ['opened', 'closed', 'labeled'].map((action) => ({
    ...{ ...base, name: action, eventType: 'pull_request', conditions: { action } },
  }));
  const others = Array.from({ length: count - meant.length }, (_, index) => ({
    ...base,
    name: `other-${index}`,
    source: index % SOURCES === 0 ? 'github' : `source-${index % SOURCES}`,
    eventType: TYPES[index % TYPES.length],
    conditions: { repository: { name: `repository-${index}` } },
  }));
  return [...meant, ...others].map((trigger) => TriggerSchema.parse(trigger));
}

function toEvent(type: string): Event {
  const at = '2026-01-01T00:00:00.000Z';
  return EventSchema.parse({
    ...{ id: '1', source: 'github', type, time: at, receivedAt: at, verified: true },
    ...{ data: JSON.parse(LARGE.body), fields: { action: 'opened' }, dedupeKey: 'key' },
  });
}
