import type { Ledger } from '../../domain/ledger.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { LEDGERS } from '../../ports/collections.ts';
import type { WriteOptions } from '../../ports/document-store.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, type Storing, toTimestamp } from '../engine/index.ts';
import type { Timeline } from './timeline.ts';

export const DAY_MS = 86_400_000;
/** How long a ledger is kept after its trigger has gone. A ledger in use is written every day. */
const KEPT_MS = 30 * DAY_MS;
const MAX_ERROR_CHARS = 500;

/** Creates a ledger that begins now: it has missed nothing. */
export function createLedger(
  { clock }: Pick<Engine, 'clock'>,
  { name, poll }: Pick<Trigger, 'name' | 'poll'>,
  spec: string,
  { planned, missed, rearmed }: Pick<Ledger, 'planned' | 'missed' | 'rearmed'> = NOTHING,
): Ledger {
  const now = toTimestamp(clock);
  const times = { since: now, updatedAt: now, plannedUntil: now, seenUntil: now };
  const counts = { planned, missed, rearmed };
  return { id: name, kind: poll ? 'poll' : 'schedule', spec, ...times, ...counts };
}

const NOTHING = { planned: 0, missed: 0, rearmed: 0 };

/** Keeps a ledger for as long as fires that an outage has missed may be caught up. */
export function toLedgerTtl({ schedule }: Pick<Timeline, 'schedule'>): WriteOptions {
  return { ttlSeconds: Math.max(KEPT_MS, schedule.catchUpWindow + DAY_MS) / 1000 };
}

/** Records why the fires of a trigger cannot be computed. Never rejects. */
export async function noteFault(
  engine: Storing & Pick<Engine, 'logger' | 'redact'>,
  trigger: Trigger,
  thrown: unknown,
): Promise<void> {
  const { name } = trigger;
  const { store, logger, redact, clock } = engine;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const error = redact(message).slice(0, MAX_ERROR_CHARS);
  logger.warn(`Trigger ${name} cannot be planned: ${error}`);
  try {
    await updateDocument<Ledger, void>(store, LEDGERS, name, (found) => {
      if (found?.error === error) return { result: undefined };
      const ledger = found ?? createLedger(engine, trigger, '');
      const document = { ...ledger, updatedAt: toTimestamp(clock), error };
      return { document, options: { ttlSeconds: KEPT_MS / 1000 }, result: undefined };
    });
  } catch (failed) {
    logger.warn(`The ledger of ${name} is not written: ${String(failed)}`);
  }
}
