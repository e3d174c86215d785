import { toLimitId } from '../../domain/ids.ts';
import type { RunOf } from '../../domain/run.ts';
import { LIMIT_STATES, RUNS } from '../../ports/collections.ts';
import type { Limited } from '../concurrency/index.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';

/** Where it is kept which run is the open window of a trigger, or of one of its keys. */
export interface WindowPointer {
  readonly id: string;
  readonly trigger: string;
}

/** Whether a window is still open, so that its run must not begin. */
export function isOpenWindow(run: RunOf<'queued'>, now: number): boolean {
  return (
    run.gathered !== undefined &&
    run.attempts.length === 0 &&
    run.held === undefined &&
    Date.parse(run.dueAt) > now
  );
}

/** The window that a run was skipped for, if it was that. */
export function findWindowId({ held }: RunOf<'skipped'>): string | undefined {
  return held?.limit === 'debounce' || held?.limit === 'batch' ? held.by : undefined;
}

/** Of the trigger, or of the key that its template makes of the event. */
export async function findPointer({ trigger, event }: Limited): Promise<WindowPointer> {
  const template = (trigger.debounce ?? trigger.batch)?.key;
  if (template === undefined) return toPointer(trigger.name, '');
  const { renderKey } = await import('../../triggers/inputs/inputs.ts');
  const place = trigger.debounce ? 'debounce.key' : 'batch.key';
  return toPointer(trigger.name, renderKey(trigger, template, event, place));
}

function toPointer(trigger: string, key: string): WindowPointer {
  return { id: toLimitId('window', trigger, key), trigger };
}

/** Says that a run is the open window. @returns false where another is */
export function pointAtWindow(
  { store, clock }: Engine,
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

/** The run that is the open window, where it is another than this one. */
export async function findOpenWindow(
  { store, clock }: Engine,
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
