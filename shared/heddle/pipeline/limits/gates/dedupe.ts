import { toLimitId } from '../../../domain/ids.ts';
import type { Run } from '../../../domain/run.ts';
import { RUNS } from '../../../ports/collections.ts';
import type { Engine, Storing } from '../../engine/index.ts';
import {
  type Gate,
  isFreshEvent,
  type Outcome,
  PASSED,
  type Passing,
  standAlone,
  toOutcome,
} from '../gate.ts';
import { passOnce, toShownKey } from '../pass-once.ts';
import { findWindowId } from '../window-pointer.ts';

/**
 * Lets the first run of each key pass, and no other in a window after it. A run that was skipped
 * later, for want of a slot say, does not count: the next of its key passes.
 */
export const DEDUPE: Gate = {
  name: 'dedupe',
  appliesTo: (_, { run, trigger }) => isFreshEvent(run) && trigger.dedupe !== undefined,
  check: checkDedupe,
};

async function checkDedupe(engine: Storing, passing: Passing): Promise<Outcome> {
  const { trigger, event, stored } = passing;
  const { dedupe, name } = trigger;
  if (!dedupe) return PASSED;
  const { renderKey } = await import('../../../triggers/inputs/group-keys.ts');
  const key = renderKey(trigger, dedupe.key, event, 'dedupe.key');
  if (key === undefined) return standAlone(passing, 'dedupe.key');
  const id = toLimitId('dedupe', name, key);
  const counts = trigger.releaseOnFailure ? isMadeAndGood : isMade;
  const once = { id, kind: 'dedupe', trigger: name, ms: dedupe.window, counts } as const;
  const held = await passOnce(engine, stored.document, once);
  const detail = 'a run of the same key was made';
  return toOutcome(held && { ...held, detail, key: toShownKey(key) });
}

/**
 * Whether the run that passed was made. A run that was skipped for a window was made if the
 * window's run was. A run that is no longer kept was made.
 */
async function isMade(engine: Pick<Engine, 'store'>, runId: string): Promise<boolean> {
  return (await findMade(engine, runId))?.status !== 'skipped';
}

async function isMadeAndGood(engine: Pick<Engine, 'store'>, runId: string): Promise<boolean> {
  const status = (await findMade(engine, runId))?.status;
  return status !== 'skipped' && status !== 'failed';
}

async function findMade({ store }: Pick<Engine, 'store'>, runId: string): Promise<Run | undefined> {
  const run = (await store.read(RUNS, runId))?.document;
  const windowId = run?.status === 'skipped' ? findWindowId(run) : undefined;
  return windowId === undefined ? run : (await store.read(RUNS, windowId))?.document;
}
