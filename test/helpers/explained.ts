import { expect, onTestFinished } from 'vitest';
import type { EventRecord } from '../../shared/heddle/domain/event-record.ts';
import type { Engine } from '../../shared/heddle/pipeline/engine/engine.ts';
import { EVENTS, RUNS } from '../../shared/heddle/ports/collections.ts';

/**
 * Checks, when the test has finished, that nothing was discarded silently. Every event in the store
 * must say of each trigger that was asked why it did or did not run, and every skipped run what
 * skipped it.
 */
export function expectExplained(engine: Pick<Engine, 'store' | 'triggers'>): void {
  onTestFinished(async () => {
    const events = (await engine.store.list(EVENTS, { limit: 1000 })).items;
    expect(events.flatMap((event) => findUnexplained(engine, event))).toEqual([]);
    const skipped = await engine.store.list(RUNS, { where: { status: 'skipped' }, limit: 1000 });
    const unexplained = skipped.items.filter(
      (run) => run.status === 'skipped' && !run.held?.detail,
    );
    expect(unexplained.map(({ eventId, trigger }) => `${eventId} ${trigger}`)).toEqual([]);
  });
}

/** Finds triggers without a decision; those omitted for lack of room are counted. */
function findUnexplained(
  { triggers }: Pick<Engine, 'triggers'>,
  { eventId, source, type, decisions, omitted = 0 }: EventRecord,
): readonly string[] {
  if (decisions.length === 0) return [eventId];
  const decided = new Set(decisions.map(({ trigger }) => trigger));
  const left = triggers.findCandidates(source, type).filter(({ name }) => !decided.has(name));
  return left.length <= omitted ? [] : left.map(({ name }) => `${eventId} ${name}`);
}
