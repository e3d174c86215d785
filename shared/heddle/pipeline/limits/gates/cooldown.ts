import { toLimitId } from '../../../domain/ids.ts';
import { RUNS } from '../../../ports/collections.ts';
import type { Storing } from '../../engine/index.ts';
import {
  type Candidate,
  type Gate,
  isFirstAttempt,
  type Outcome,
  PASSED,
  type Passing,
  standAlone,
  toOutcome,
} from '../gate.ts';
import { passOnce, toShownKey } from '../pass-once.ts';

/**
 * Lets a run pass when the last one is long enough ago. It comes after the slots, so that a run
 * without a slot does not use it up. A run that has waited in line was asked when it came.
 */
export const COOLDOWN: Gate = {
  name: 'cooldown',
  appliesTo: (_, { run, trigger }) =>
    isFirstAttempt(run) &&
    !run.isReplay &&
    !hasWaitedInLine(run) &&
    trigger.cooldownSeconds !== undefined,
  check: checkCooldown,
};

function hasWaitedInLine({ held }: Candidate): boolean {
  return held !== undefined && held.limit !== 'paused';
}

async function checkCooldown(engine: Storing, passing: Passing): Promise<Outcome> {
  const { trigger, event, stored } = passing;
  const { cooldownSeconds, concurrencyKey = '', name } = trigger;
  if (cooldownSeconds === undefined) return PASSED;
  const { renderKey } = await import('../../../triggers/inputs/group-keys.ts');
  const key = renderKey(trigger, concurrencyKey, event, 'concurrencyKey');
  if (key === undefined) return standAlone(passing, 'concurrencyKey');
  const id = toLimitId('cooldown', name, key);
  const about = { id, kind: 'cooldown', trigger: name, ms: cooldownSeconds * 1000 } as const;
  const once = trigger.releaseOnFailure ? { ...about, counts: hasNotFailed } : about;
  const held = await passOnce(engine, stored.document, once);
  const detail = `the last run was less than ${cooldownSeconds} s ago`;
  return toOutcome(held && { ...held, detail, ...(key === '' ? {} : { key: toShownKey(key) }) });
}

/** A run that has failed for good gives the cooldown back; one that is resubmitted takes it again. */
async function hasNotFailed({ store }: Storing, runId: string): Promise<boolean> {
  return (await store.read(RUNS, runId))?.document.status !== 'failed';
}
