import type { EventQueue } from '../ports/event-queue.ts';

export interface Health {
  readonly status: 'healthy' | 'degraded';
  /** Each fault, with what to do about it. */
  readonly reasons: readonly string[];
  /** Count of loaded triggers. */
  readonly triggers: number;
  /** Count of messages waiting or in progress. */
  readonly queued?: number;
}

export async function checkHealth(
  queue: Pick<EventQueue, 'depth'>,
  triggers: number,
  faults: readonly string[],
): Promise<Health> {
  const reasons = [...faults];
  try {
    const queued = await queue.depth();
    return { status: toStatus(reasons), reasons, triggers, queued };
  } catch {
    reasons.push('the queue does not answer');
    return { status: toStatus(reasons), reasons, triggers };
  }
}

function toStatus(reasons: readonly string[]): Health['status'] {
  return reasons.length === 0 ? 'healthy' : 'degraded';
}
