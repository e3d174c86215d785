import type { Held } from '../../domain/limits.ts';
import { skipRun } from '../../domain/run-transitions.ts';
import { leaveLine, releaseSlotsOfRun } from '../concurrency/index.ts';
import { type Engine, type Releasing, type Saving, toTimestamp } from '../engine/index.ts';
import { replaceRun } from '../runs/index.ts';
import { beginRun, releaseAcquired } from './begin-run.ts';
import type { Advancing, Passing, Queued, Running } from './gate.ts';
import { GATES } from './gates.ts';

/**
 * Leads a queued run through the gates, and begins it behind the last.
 * @returns undefined where a gate stops it; `changed` where it has to be read again
 */
export async function passGates(
  engine: Engine,
  stored: Queued,
  advancing: Advancing,
): Promise<Running | undefined | 'changed'> {
  let passing: Passing = { ...advancing, stored, slots: [] };
  for (const gate of GATES) {
    const { trigger } = advancing;
    if (!gate.appliesTo(engine, { run: passing.stored.document, trigger })) continue;
    const result = await gate.check(engine, passing);
    if (result.outcome === 'changed') return 'changed';
    if (result.outcome === 'settled') return undefined;
    if (result.outcome === 'skipped') return skip(engine, passing, result.held);
    const { outcome: _outcome, ...found } = result;
    passing = { ...passing, ...found };
  }
  return beginRun(engine, passing);
}

/** Leaves the line first: once the run is recorded as skipped, nobody looks after it any more. */
async function skip(
  engine: Saving & Releasing,
  { stored: { document, etag }, slots }: Passing,
  held: Held,
): Promise<undefined> {
  await leaveLine(engine, document);
  await releaseAcquired(engine, slots, document);
  const kept = document.slots?.filter(({ isKept }) => isKept) ?? [];
  await releaseSlotsOfRun(engine, { ...document, slots: kept });
  await replaceRun(engine, skipRun(document, held, toTimestamp(engine.clock)), etag);
}
