import type { RunOf } from '../../domain/run.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Engine, Saving } from '../engine/index.ts';
import { findRun, isHeldByPause, isLater, sendHeldRuns, supersede } from '../limits/index.ts';

const PAGE = 100;

type Resuming = Saving & Pick<Engine, 'queue' | 'states'>;

/**
 * Resumes a trigger that is paused or in error, and releases its held runs. The state says first
 * that runs are being released, so that a crash is continued from there. Held runs of a trigger
 * that no longer exists end as its other runs do.
 * @returns the number of released runs
 */
export async function resumeTrigger(engine: Resuming, name: string): Promise<number> {
  await engine.states.change(
    name,
    (state) =>
      state && {
        ...{ status: 'active', isReleasing: true },
        ...(state.lastHeld === undefined ? {} : { lastHeld: state.lastHeld }),
      },
  );
  return releaseHeldRuns(engine, name);
}

/** Whether a trigger that no longer exists has left a state or held runs behind. */
export async function isLeftBehind(
  engine: Pick<Engine, 'store' | 'states'>,
  name: string,
): Promise<boolean> {
  await engine.states.refresh();
  if (engine.states.all.has(name)) return true;
  for await (const held of findHeld(engine, name)) if (held.length > 0) return true;
  return false;
}

/** Continues releases that a crash has cut off. */
export async function continueReleasing(engine: Resuming): Promise<void> {
  await engine.states.refresh();
  const names = [...engine.states.all.values()].filter(({ isReleasing }) => isReleasing);
  for (const { id } of names) await releaseHeldRuns(engine, id);
}

async function releaseHeldRuns(engine: Resuming, name: string): Promise<number> {
  const lastHeld = engine.states.all.get(name)?.lastHeld;
  const keepsLast = engine.triggers.get(name)?.whilePaused === 'keepLast';
  const last = keepsLast ? await findRun(engine, lastHeld) : undefined;
  let count = 0;
  for await (const held of findHeld(engine, name)) {
    const wanted = held.filter((run) => !last || !isLater(last, run));
    await sendHeldRuns(engine, wanted);
    count += wanted.length;
    if (!last) continue;
    for (const run of held) if (isLater(last, run)) await supersede(engine, run.id, last.id);
  }
  await engine.states.change(name, (state) =>
    state?.status === 'active' && state.isReleasing ? { status: 'active' } : undefined,
  );
  return count;
}

/** Finds the held runs page by page, oldest first. */
async function* findHeld(
  { store }: Pick<Engine, 'store'>,
  trigger: string,
): AsyncGenerator<readonly RunOf<'queued'>[]> {
  const where = { trigger, status: 'queued' };
  let continuation: string | undefined;
  do {
    const more = continuation === undefined ? {} : { continuation };
    const page = await store.list(RUNS, { where, isAscending: true, limit: PAGE, ...more });
    yield page.items.filter(isHeldByPause);
    continuation = page.continuation;
  } while (continuation !== undefined);
}
