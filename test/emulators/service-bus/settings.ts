export interface QueueSettings {
  readonly name: string;
  readonly lockMs?: number;
  readonly maxDeliveryCount?: number;
  /** 0: no duplicate detection. */
  readonly duplicateWindowMs?: number;
  readonly requiresSession?: boolean;
}

const DEFAULTS = {
  lockMs: 60_000,
  maxDeliveryCount: 10,
  duplicateWindowMs: 600_000,
  requiresSession: false,
};

/** As infra/app/service-bus.bicep makes them. */
export const HEDDLE_QUEUES: readonly QueueSettings[] = [
  { name: 'events' },
  { name: 'events-ordered', requiresSession: true },
  { name: 'events-urgent' },
].map((queue) => ({ ...queue, maxDeliveryCount: 100 }));

export function completeSettings(settings: QueueSettings): Required<QueueSettings> {
  return { ...DEFAULTS, ...settings };
}

/**
 * Settings of a dead-letter queue. Dead letters stay until received: never counted, never
 * deduplicated, in no session.
 */
export function deadLetterSettings(of: Required<QueueSettings>): Required<QueueSettings> {
  return {
    name: `${of.name}/$DeadLetterQueue`,
    lockMs: of.lockMs,
    maxDeliveryCount: Number.POSITIVE_INFINITY,
    duplicateWindowMs: 0,
    requiresSession: false,
  };
}
