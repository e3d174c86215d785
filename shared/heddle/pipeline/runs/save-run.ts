import { isEnded, type Run } from '../../domain/run.ts';
import { withoutData } from '../../domain/run-transitions.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored, WriteOptions } from '../../ports/document-store.ts';
import { type Update, updateDocument } from '../documents/index.ts';
import { type Engine, type Saving, toRunTtl } from '../engine/index.ts';
import { countWritten, logEnded } from '../telemetry/index.ts';

/**
 * Replaces a run. All writes of runs are made in this file: the trigger says what is kept of a run,
 * and for how long.
 */
export async function replaceRun<R extends Run>(
  engine: Saving,
  run: R,
  etag: string,
): Promise<Stored<R>> {
  const { document, options } = toKept(engine, run);
  const stored = await engine.store.replace<Run>(RUNS, document, etag, options);
  noteWritten(engine, document);
  return { document, etag: stored.etag };
}

/** @throws {ConflictError} when it is recorded already */
export async function insertRun<R extends Run>(engine: Saving, run: R): Promise<Stored<R>> {
  const { document, options } = toKept(engine, run);
  const stored = await engine.store.create<Run>(RUNS, document, options);
  noteWritten(engine, document);
  return { document, etag: stored.etag };
}

/**
 * As {@link updateDocument}, for a run. @param decide returns no document: the run stays as it is
 */
export async function changeRun<R>(
  engine: Saving,
  id: string,
  decide: (found: Run | undefined) => { readonly document?: Run; readonly result: R },
): Promise<R> {
  let written: Run | undefined;
  const result = await updateDocument<Run, R>(engine.store, RUNS, id, (found): Update<Run, R> => {
    const { document, result } = decide(found);
    written = document;
    return document ? { ...toKept(engine, document), result } : { result };
  });
  if (written) noteWritten(engine, written);
  return result;
}

function noteWritten(engine: Saving, run: Run): void {
  countWritten(engine, run);
  logEnded(engine, run);
}

function toKept<R extends Run>(
  engine: Saving,
  run: R,
): { readonly document: R; readonly options: WriteOptions } {
  const document = toKeptRun(engine, run);
  return { document, options: toRunTtl(engine, engine.triggers.get(run.trigger), run) };
}

/** Removes what the run's trigger does not want kept. */
export function toKeptRun<R extends Run>({ triggers }: Pick<Engine, 'triggers'>, run: R): R {
  const isForgotten = isEnded(run) && triggers.get(run.trigger)?.persistData === false;
  return isForgotten ? (withoutData(run) as R) : run;
}
