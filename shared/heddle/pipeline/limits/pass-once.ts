import type { Held } from '../../domain/limits.ts';
import type { RunOf } from '../../domain/run.ts';
import { LIMIT_STATES } from '../../ports/collections.ts';
import { updateDocument } from '../documents/index.ts';
import { type Storing, toTimestamp } from '../engine/index.ts';

interface Once {
  /** Id of the document that says which run has passed last, and until when no other does. */
  readonly id: string;
  readonly kind: 'cooldown' | 'dedupe';
  readonly trigger: string;
  /** How long no other run passes. */
  readonly ms: number;
  /** Whether the run that has passed still counts. Absent: it does. */
  readonly counts?: (engine: Storing, runId: string) => Promise<boolean>;
}

/**
 * Lets one run pass in each period. A run that comes again passes again: it may have been
 * interrupted.
 */
export function passOnce(
  engine: Storing,
  { id: runId }: RunOf<'queued'>,
  { ms, counts, ...limit }: Once,
): Promise<Pick<Held, 'limit' | 'until' | 'by'> | undefined> {
  const { store, clock } = engine;
  return updateDocument(store, LIMIT_STATES, limit.id, async (found) => {
    const now = toTimestamp(clock);
    if (found?.kind === limit.kind && found.until > now) {
      const { until, runId: by } = found;
      if (by === runId) return { result: undefined };
      if (!counts || (await counts(engine, by))) {
        return { result: { limit: limit.kind, until, by } };
      }
    }
    const document = { ...limit, updatedAt: now, runId, until: toTimestamp(clock, ms) };
    return { document, options: { ttlSeconds: Math.ceil(ms / 1000) + 1 }, result: undefined };
  });
}

const MAX_KEY_CHARS = 200;

export function toShownKey(key: string): string {
  return key.slice(0, MAX_KEY_CHARS);
}
