import { RUNS } from '../collections.ts';
import type { EventRecord } from '../domain/event-record.ts';
import { parseMessage } from '../domain/message.ts';
import { createQueuedRun, failRun, type Run } from '../domain/run.ts';
import { ConflictError, TerminalError } from '../errors.ts';
import type { Delivery, Stored } from '../ports.ts';
import { ensureMessage } from './claim.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { recordEvent, toNewRun } from './record.ts';

const EXHAUSTED = {
  code: 'deliveries_exhausted',
  message: 'the process ended, or could not record the run, at every delivery of its message',
};

/**
 * What has to be recorded before a message that was delivered too often is dead-lettered: its event,
 * and a failure of every run that only this message would have carried on.
 */
export async function bury(delivery: Delivery, engine: Engine): Promise<void> {
  const message = parseOrUndefined(delivery.body);
  if (message?.kind === 'run') return buryRun(message.runId, message.attempt, delivery, engine);
  if (!message) return;
  const { record } = await recordEvent(engine, message.event);
  await buryEvent(record, delivery, engine);
}

async function buryEvent(record: EventRecord, delivery: Delivery, engine: Engine): Promise<void> {
  for (const decision of record.decisions) {
    if (decision.outcome !== 'matched') continue;
    const { runId, trigger: name } = decision;
    const actor = engine.triggers.get(name)?.actor ?? '(unknown)';
    const now = toTimestamp(engine.clock);
    const run = createQueuedRun(toNewRun(record, runId, { name, actor }), now);
    try {
      await engine.store.create<Run>(RUNS, failRun(run, EXHAUSTED, now));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      await buryRun(runId, undefined, delivery, engine);
    }
  }
}

async function buryRun(
  runId: string,
  attempt: number | undefined,
  delivery: Delivery,
  engine: Engine,
): Promise<void> {
  const stored = await engine.store.read(RUNS, runId);
  const run = stored?.document;
  if (run?.status === 'queued' && attempt === undefined) return ensureMessage(engine, run);
  const isTurn = run?.status === 'queued' && run.nextAttempt === attempt;
  const isClaimed = run?.status === 'running' && run.claim.sequence === delivery.sequence;
  if (stored && (isTurn || isClaimed)) await fail(stored, engine);
}

async function fail({ document, etag }: Stored<Run>, engine: Engine): Promise<void> {
  if (document.status !== 'queued' && document.status !== 'running') return;
  await engine.store.replace<Run>(
    RUNS,
    failRun(document, EXHAUSTED, toTimestamp(engine.clock)),
    etag,
  );
}

function parseOrUndefined(body: string): ReturnType<typeof parseMessage> | undefined {
  try {
    return parseMessage(body);
  } catch (error) {
    if (error instanceof TerminalError) return undefined;
    throw error;
  }
}
