import { COMPLETION_SOURCE } from '../../domain/completion.ts';
import type { Decision } from '../../domain/decision.ts';
import type { ModuleEventConfig } from '../../domain/emitted.ts';
import { type Event, toRoutedType } from '../../domain/event.ts';
import {
  type EventRecord,
  fromEventRecord,
  stripRecord,
  toEventRecord,
} from '../../domain/event-record.ts';
import { toEventKey } from '../../domain/ids.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { ConflictError } from '../../errors/errors.ts';
import { EVENTS } from '../../ports/collections.ts';
import type { TriggerSnapshot } from '../../triggers/catalogue/index.ts';
import { decide } from '../../triggers/match/index.ts';
import { type Engine, type Matching, toEventTtl } from '../engine/index.ts';

export interface Recorded {
  readonly record: EventRecord;
  /** The event with its payload, even if its record is kept without. */
  readonly event: Event;
  /** False where an earlier delivery has recorded it. */
  readonly isNew: boolean;
}

/**
 * Matches an event and records it with its decisions. A redelivery or a duplicate gets the
 * decisions that were made first: triggers may have changed since.
 */
export async function recordEvent(
  engine: Matching & Pick<Engine, 'store' | 'runtime' | 'retentionDays'>,
  event: Event,
): Promise<Recorded> {
  const { store, triggers, states, runtime, redact } = engine;
  const config = runtime?.configOf(event);
  const key = toEventKey(event.source, event.id);
  const decided = decide(event, key, triggers, {
    redact,
    statusOf: (name) => states.of(name),
    onMatched: (name, error) => states.noteMatched(name, error),
  });
  const matched = findMatched(triggers, decided.decisions);
  const whole = toEventRecord(event, key, decided);
  const isKept = keepsData(triggers, event, matched, config);
  const record = isKept ? whole : stripRecord(whole);
  const { retentionDays = engine.retentionDays } = config ?? {};
  try {
    await store.create(EVENTS, record, toEventTtl({ retentionDays }, matched));
    return { record, event, isNew: true };
  } catch (error) {
    const first = error instanceof ConflictError ? await store.read(EVENTS, key) : undefined;
    if (!first) throw error;
    const { document } = first;
    const known = document.isStripped ? event : fromEventRecord(document);
    return { record: document, event: known, isNew: false };
  }
}

function findMatched(
  triggers: TriggerSnapshot,
  decisions: readonly Decision[],
): readonly Trigger[] {
  return decisions
    .filter((decision) => decision.outcome === 'matched')
    .flatMap(({ trigger }) => triggers.get(trigger) ?? []);
}

/**
 * Whether the event's payload is kept. A module event, or the trigger whose completion it reports,
 * may refuse first; only a window needs the payload for its run all the same. After that the
 * triggers that matched decide, and if none did, those that were considered.
 */
function keepsData(
  triggers: TriggerSnapshot,
  event: Event,
  matched: readonly Trigger[],
  config: ModuleEventConfig | undefined,
): boolean {
  const isGathered = matched.some(({ debounce, batch }) => debounce ?? batch);
  const isRefused = config?.persistData === false || isOfForgetful(triggers, event);
  if (isRefused && !isGathered) return false;
  const asked =
    matched.length > 0 ? matched : triggers.findCandidates(event.source, toRoutedType(event));
  return asked.length === 0 || asked.some(({ persistData }) => persistData);
}

/** Whether the event carries the outputs of a run whose trigger does not want them kept. */
function isOfForgetful(triggers: TriggerSnapshot, { source, subject = '' }: Event): boolean {
  return source === COMPLETION_SOURCE && triggers.get(subject)?.persistData === false;
}
