import { toLimitId } from '../../../domain/ids.ts';
import type { Held } from '../../../domain/limits.ts';
import type { RunOf } from '../../../domain/run.ts';
import type { Limited } from '../../concurrency/index.ts';
import type { Storing } from '../../engine/index.ts';
import { type Candidate, type Gate, isFirstAttempt, toOutcome } from '../gate.ts';
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
  check: async (engine, passing) =>
    toOutcome(await checkCooldown(engine, passing.stored.document, passing)),
};

function hasWaitedInLine({ held }: Candidate): boolean {
  return held !== undefined && held.limit !== 'paused';
}

async function checkCooldown(
  engine: Storing,
  run: RunOf<'queued'>,
  { trigger, event }: Limited,
): Promise<Held | undefined> {
  const { cooldownSeconds, concurrencyKey, name } = trigger;
  if (cooldownSeconds === undefined) return undefined;
  const { renderKey } = await import('../../../triggers/inputs/inputs.ts');
  const key = concurrencyKey && renderKey(trigger, concurrencyKey, event, 'concurrencyKey');
  const id = toLimitId('cooldown', name, key ?? '');
  const once = { id, kind: 'cooldown', trigger: name, ms: cooldownSeconds * 1000 } as const;
  const held = await passOnce(engine, run, once);
  const detail = `the last run was less than ${cooldownSeconds} s ago`;
  return held && { ...held, detail, ...(key ? { key: toShownKey(key) } : {}) };
}
