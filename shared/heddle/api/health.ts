import type { EventQueue } from '../ports/event-queue.ts';

export interface Health {
  readonly status: 'healthy' | 'degraded';
  /** What does not work as configured, and what to do about it. */
  readonly reasons: readonly string[];
  /** Triggers that are loaded. */
  readonly triggers: number;
  /** Messages waiting or being handled. */
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
