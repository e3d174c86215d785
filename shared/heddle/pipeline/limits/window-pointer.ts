import { toLimitId } from '../../domain/ids.ts';
import type { RunOf } from '../../domain/run.ts';
import { LIMIT_STATES, RUNS } from '../../ports/collections.ts';
import type { Limited } from '../concurrency/index.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, type Storing, toTimestamp } from '../engine/index.ts';

/** Names the document that points at the open window of a trigger, or of one of its keys. */
export interface WindowPointer {
  readonly id: string;
  readonly trigger: string;
}

/** Whether the run is a window that is still open, so that it must not begin. */
export function isOpenWindow(run: RunOf<'queued'>, now: number): boolean {
  return (
    run.gathered !== undefined &&
    run.attempts.length === 0 &&
    run.held === undefined &&
    Date.parse(run.dueAt) > now
  );
}

/** Id of the window that a run was skipped for, if it was. */
export function findWindowId({ held }: RunOf<'skipped'>): string | undefined {
  return held?.limit === 'debounce' || held?.limit === 'batch' ? held.by : undefined;
}

/**
 * Finds the pointer of the trigger, or of the key that its template renders for the event.
 * @returns the place of the template, where the event has no key
 */
export async function findPointer({
  trigger,
  event,
}: Limited): Promise<WindowPointer | { readonly emptyKey: string }> {
  const template = (trigger.debounce ?? trigger.batch)?.key;
  if (template === undefined) return toPointer(trigger.name, '');
  const { renderKey } = await import('../../triggers/inputs/group-keys.ts');
  const field = trigger.debounce ? 'debounce.key' : 'batch.key';
  const key = renderKey(trigger, template, event, field);
  return key === undefined ? { emptyKey: field } : toPointer(trigger.name, key);
}

function toPointer(trigger: string, key: string): WindowPointer {
  return { id: toLimitId('window', trigger, key), trigger };
}

/** Points at a run as the open window. @returns false where another one is open */
export function pointAtWindow(
  { store, clock }: Storing,
  { id, trigger }: WindowPointer,
  runId: string,
): Promise<boolean> {
  return updateDocument(store, LIMIT_STATES, id, async (found) => {
    const isTaken = found?.kind === 'window' && found.runId !== runId;
    if (isTaken && (await isWindowOpenById(store, found.runId, clock.now())))
      return { result: false };
    const updatedAt = toTimestamp(clock);
    const document = { id, kind: 'window' as const, trigger, updatedAt, runId };
    return { document, options: { ttlSeconds: WINDOW_TTL_SECONDS }, result: true };
  });
}

const WINDOW_TTL_SECONDS = 2 * 7 * 86_400;

/** Id of the run that is the open window, if it is not this one. */
export async function findOpenWindow(
  { store, clock }: Storing,
  { id }: WindowPointer,
  ownId: string,
): Promise<string | undefined> {
  const found = (await store.read(LIMIT_STATES, id))?.document;
  if (found?.kind !== 'window' || found.runId === ownId) return undefined;
  return (await isWindowOpenById(store, found.runId, clock.now())) ? found.runId : undefined;
}

async function isWindowOpenById(store: Engine['store'], runId: string, now: number) {
  const stored = await store.read(RUNS, runId);
  const run = stored?.document;
  return run?.status === 'queued' && isOpenWindow(run, now);
}
