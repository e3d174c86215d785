import { type RunMessage, toRunMessageId } from '../../domain/message.ts';
import type { RunOf } from '../../domain/run.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import type { Engine, Sending } from '../engine/index.ts';

interface Turn {
  /** Distinguishes messages for one attempt: one that came too early, and the next. */
  readonly turn: string;
  readonly delayMs?: number;
  /** The run holds a slot meanwhile, so the message goes before others. */
  readonly isHandOver?: boolean;
}

/** Makes the message that executes an attempt of a run, `delayMs` from now. */
export function toRunMessage(
  runId: string,
  attempt: number,
  { turn, delayMs = 0, isHandOver = false }: Turn,
): OutgoingMessage {
  const message: RunMessage = { kind: 'run', runId, attempt };
  const sent = { id: toRunMessageId(message, turn), body: JSON.stringify(message), delayMs };
  return isHandOver ? { ...sent, isUrgent: true } : sent;
}

/** Sends the message of a queued run again: the process that queued it may have died before. */
export async function sendRunMessage(engine: Sending, run: RunOf<'queued'>): Promise<void> {
  await engine.queue.send([toDueMessage(engine, run)]);
}

/** Makes the message of a queued run, for when it is due. */
export function toDueMessage({ clock }: Pick<Engine, 'clock'>, run: RunOf<'queued'>) {
  const delayMs = Math.max(0, Date.parse(run.dueAt) - clock.now());
  return toRunMessage(run.id, run.nextAttempt, { turn: run.dueAt, delayMs });
}
