import type { Event } from '../../domain/event.ts';
import type { RunOf } from '../../domain/run.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Limited } from '../concurrency/index.ts';
import type { Engine } from '../engine/index.ts';

/** Runs of the next lower priority come later by more than any of them waits. */
const STEP_MS = 10 * 365 * 86_400_000;

/**
 * Finds the turn of a run in line, an ISO 8601 time by which lines are sorted: the time when the run
 * was made, moved by its priority.
 */
export async function findTurn(
  engine: Pick<Engine, 'logger'>,
  { createdAt }: RunOf<'queued'>,
  limited: Limited,
): Promise<string> {
  const priority = await toPriority(engine, limited);
  return new Date(Date.parse(createdAt) - priority * STEP_MS).toISOString();
}

async function toPriority(
  { logger }: Pick<Engine, 'logger'>,
  { trigger, event }: Limited,
): Promise<number> {
  const { priority } = trigger;
  if (typeof priority === 'number') return priority;
  const { renderKey } = await import('../../triggers/inputs/group-keys.ts');
  const text = renderKey(trigger, priority, event, 'priority')?.trim() ?? '';
  const rendered = text === '' ? Number.NaN : Math.round(Number(text));
  if (!Number.isNaN(rendered)) return Math.min(10, Math.max(-10, rendered));
  warnOnce(logger, trigger, event);
  return 0;
}

/** Triggers whose priority was no number: a process logs each of them once. */
const warnedOf = new WeakSet<Trigger>();

/** A wrong priority fails no run: whether the run has to wait at all is chance. */
function warnOnce(logger: Logger, trigger: Trigger, { id: eventId }: Event): void {
  if (warnedOf.has(trigger)) return;
  warnedOf.add(trigger);
  const text = `The priority of trigger ${trigger.name} expected a number from -10 to 10 and has rendered none: its runs count as 0 then`;
  logger.warn(text, { eventId });
}
