import type { CountMetric, MetricAttributes, Telemetry } from '../../ports/telemetry.ts';

/** As for a batch of spans: many failures at once are one export. */
const WITHIN_MS = 5000;

export interface PromptCounts extends Pick<Telemetry, 'count'> {
  /** Forgets an export that is due: the last one follows. */
  stop(): void;
}

/**
 * Exports counts of failures within seconds, where others wait for the next minute. Alerts read
 * them, and a process in which something fails may not live that long.
 */
export function createPromptCounts(
  count: Telemetry['count'],
  send: () => Promise<unknown>,
): PromptCounts {
  let due: NodeJS.Timeout | undefined;
  const sendSoon = () => {
    due ??= setTimeout(() => {
      due = undefined;
      void send();
    }, WITHIN_MS).unref();
  };
  return {
    count(metric, value, attributes) {
      count(metric, value, attributes);
      if (isFailure(metric, attributes)) sendSoon();
    },
    stop: () => clearTimeout(due),
  };
}

function isFailure(metric: CountMetric, attributes: MetricAttributes = {}): boolean {
  return (
    metric === 'heddle.dead_letters' ||
    (metric === 'heddle.runs' && attributes.outcome === 'failed')
  );
}
