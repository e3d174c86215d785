import { type Finding, type Health, type Outcome, toHealth } from '../../api/health.ts';
import { type Engine, type LiveEngine, withSnapshot } from '../../pipeline/engine/index.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Backlog } from '../../ports/health.ts';
import type { ScheduleClock } from '../schedule-clock.ts';
import { findTriggerFaults } from '../trigger-upkeep.ts';
import type { TriggerWarnings } from '../trigger-warnings.ts';
import type { ChangedFiles } from './changed-files.ts';
import { findRefusals } from './find-refusals.ts';
import { findSilence } from './find-silence.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { PartStates } from './part-states.ts';
import { type Answered, Question } from './question.ts';
import type { SourceStates } from './source-states.ts';
import type { LastTry, TryLog } from './try-log.ts';
import type { Vitals } from './vitals.ts';

export interface Checked {
  readonly engine: LiveEngine;
  readonly backend: Pick<Backend, 'queue' | 'backlog' | 'drive'>;
  readonly schedules: Pick<ScheduleClock, 'findFaults' | 'lastTick'>;
  readonly vitals: Vitals;
  readonly gate: Pick<IntakeGate, 'refusals'>;
  /** Deliveries that were taken or refused. */
  readonly deliveries: TryLog;
  readonly parts: PartStates;
  readonly sources: SourceStates;
  /** Faults that were found at the start. */
  readonly startFaults: readonly string[];
  /** Absent: nothing is read from files. */
  readonly changed?: Pick<ChangedFiles, 'findFaults'> | undefined;
  readonly warnings: Pick<TriggerWarnings, 'find'>;
  readonly isDispatching: boolean;
  /** Messages that the app handles at once. */
  readonly capacity: number;
  readonly clock: Clock;
}

/**
 * Finds out how the app is. All that may take time is asked at once and for two seconds at most, so
 * that the answer comes while the question still matters.
 */
export class HealthCheck {
  readonly #checked: Checked;
  readonly #backlog: Question<Backlog>;
  readonly #triggerFaults: Question<readonly string[]>;
  readonly #scheduleFaults: Question<readonly string[]>;

  constructor(checked: Checked) {
    this.#checked = checked;
    const { engine, backend, schedules, clock } = checked;
    const options = { clock, keepMs: 0 };
    this.#backlog = new Question(() => readBacklog(backend), options);
    this.#triggerFaults = new Question(() => findTriggerFaults(withSnapshot(engine)), options);
    this.#scheduleFaults = new Question(() => schedules.findFaults(), options);
  }

  async check(): Promise<Health> {
    const { engine: live, parts, sources, startFaults, warnings } = this.#checked;
    const engine = withSnapshot(live);
    const [changed, asked, backlog, ...kept] = await Promise.all([
      this.#checked.changed?.findFaults() ?? [],
      parts.read(),
      this.#backlog.answer(),
      this.#triggerFaults.answer(),
      this.#scheduleFaults.answer(),
    ]);
    const { listed } = engine.triggers;
    const received = sources.read(new Set(listed.sources), (source) =>
      listed.findBySource(source).map(({ name }) => name),
    );
    const doubts = (await warnings.find()).map(({ text }) => text);
    const findings = [
      ...[...startFaults, ...changed, ...kept.flatMap(toFaults)].map((text) => ({ text })),
      ...asked.findings,
      ...this.#findOwn(backlog, asked.provenAt),
      ...received.findings,
    ];
    return toHealth(findings, {
      triggers: engine.triggers.listed.size,
      ...toBacklogFacts(backlog),
      ...this.#toFacts(engine),
      ...(doubts.length > 0 && { warnings: doubts }),
      parts: asked.parts,
      sources: received.sources,
    });
  }

  /** Finds what the app knows without asking. */
  #findOwn(backlog: Answered<Backlog>, provenAt: number): readonly Finding[] {
    const { gate, vitals, deliveries, isDispatching, backend, capacity } = this.#checked;
    const refusals = findRefusals(gate, { ...toSeen(vitals), deliveries }, provenAt);
    if ('fault' in backlog) {
      const text = `the queue does not answer: ${backlog.fault}`;
      return [{ text, isFatal: !this.#backlog.isNew }, ...refusals];
    }
    if (!isDispatching) {
      return [...refusals, { text: 'HEDDLE_DISPATCH is off: events are kept, and nothing runs' }];
    }
    const isDriven = backend.drive !== undefined;
    return [...refusals, ...findSilence({ vitals, backlog: backlog.value, isDriven, capacity })];
  }

  #toFacts({ triggers: { timed }, isScheduling = true }: Engine): Partial<Health> {
    const { vitals, schedules } = this.#checked;
    const { queueWrites, storeWrites, receives, lastMessageAt } = vitals;
    const pollers = timed.filter(({ poll }) => poll).length;
    const lastTick = schedules.lastTick();
    return {
      ...toOutcome('lastWrite', toWorse(queueWrites.last, storeWrites.last)),
      ...toOutcome('lastReceive', receives.last),
      ...(lastMessageAt === undefined ? {} : { lastMessage: toTime(lastMessageAt) }),
      timed: {
        ...{ schedules: timed.length - pollers, pollers, ...(lastTick && { lastTick }) },
        ...(isScheduling ? {} : { scheduling: 'off' }),
      },
    };
  }
}

function toSeen({ queueWrites, storeWrites, storeReads }: Vitals) {
  return { queueWrites, storeWrites, storeReads };
}

async function readBacklog(backend: Checked['backend']): Promise<Backlog> {
  return (await backend.backlog?.()) ?? { queued: await backend.queue.depth(), planned: 0 };
}

function toFaults(answered: Answered<readonly string[]>): readonly string[] {
  return 'fault' in answered ? ['the store does not answer'] : answered.value;
}

function toBacklogFacts(answered: Answered<Backlog>): Partial<Health> {
  if ('fault' in answered) return {};
  const { queued, planned, oldestDueMs = 0 } = answered.value;
  return { queued, planned, lagSeconds: Math.max(0, Math.floor(oldestDueMs / 1000)) };
}

/** The one that failed, or else the later. */
function toWorse(a: LastTry | undefined, b: LastTry | undefined): LastTry | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if ((a.fault === undefined) !== (b.fault === undefined)) return a.fault === undefined ? b : a;
  return a.at > b.at ? a : b;
}

function toOutcome(
  name: 'lastWrite' | 'lastReceive',
  last: LastTry | undefined,
): { readonly [name: string]: Outcome } {
  if (last === undefined) return {};
  const { at, fault } = last;
  return { [name]: { at: toTime(at), ok: fault === undefined, ...(fault && { fault }) } };
}

function toTime(at: number): string {
  return new Date(at).toISOString();
}
