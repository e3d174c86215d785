import { toLimitId } from '../../../domain/ids.ts';
import type { Held } from '../../../domain/limits.ts';
import type { RunOf } from '../../../domain/run.ts';
import { RUNS } from '../../../ports/collections.ts';
import type { Limited } from '../../concurrency/index.ts';
import type { Engine, Storing } from '../../engine/index.ts';
import { type Gate, isFreshEvent, toOutcome } from '../gate.ts';
import { passOnce, toShownKey } from '../pass-once.ts';
import { findWindowId } from '../window-pointer.ts';

/**
 * Lets the first run of each key pass, and no other in a window after it. A run that was skipped
 * later, for want of a slot say, does not count: the next of its key passes.
 */
export const DEDUPE: Gate = {
  name: 'dedupe',
  appliesTo: (_, { run, trigger }) => isFreshEvent(run) && trigger.dedupe !== undefined,
  check: async (engine, passing) =>
    toOutcome(await checkDedupe(engine, passing.stored.document, passing)),
};

async function checkDedupe(
  engine: Storing,
  run: RunOf<'queued'>,
  { trigger, event }: Limited,
): Promise<Held | undefined> {
  const { dedupe, name } = trigger;
  if (!dedupe) return undefined;
  const { renderKey } = await import('../../../triggers/inputs/inputs.ts');
  const key = renderKey(trigger, dedupe.key, event, 'dedupe.key');
  const id = toLimitId('dedupe', name, key);
  const once = { id, kind: 'dedupe', trigger: name, ms: dedupe.window, counts: isMade } as const;
  const held = await passOnce(engine, run, once);
  return held && { ...held, detail: 'a run of the same key was made', key: toShownKey(key) };
}

/**
 * Whether the run that passed was made. A run that was skipped for a window was made if the
 * window's run was. A run that is no longer kept was made.
 */
async function isMade({ store }: Pick<Engine, 'store'>, runId: string): Promise<boolean> {
  let run = (await store.read(RUNS, runId))?.document;
  const windowId = run?.status === 'skipped' ? findWindowId(run) : undefined;
  if (windowId !== undefined) run = (await store.read(RUNS, windowId))?.document;
  return run?.status !== 'skipped';
}
