import type { Meter } from '@opentelemetry/api';
import type { CountMetric, RecordMetric, Telemetry } from '../../ports/telemetry.ts';

const COUNTERS: Readonly<Record<CountMetric, string>> = {
  'heddle.events.received': 'Events that came in, and requests that were refused',
  'heddle.events.accepted': 'Events that the queue has taken',
  'heddle.events.duplicates':
    'Events that were known: to the queue, or to the store once the queue had accepted them',
  'heddle.events.rejected': 'Requests that were refused',
  'heddle.events.matched': 'Events that have started a run',
  'heddle.events.unmatched': 'Events that no trigger wants',
  'heddle.runs': 'Attempts that have ended: succeeded, failed for good, retried, or lost',
  'heddle.runs.held': 'Runs that a limit of their trigger has skipped, or makes wait',
  'heddle.schedules.missed': 'Fires of schedules and pollers that will not be: too late, or lost',
  'heddle.schedules.rearmed': 'Fires that have left no trace, and got another message',
  'heddle.dead_letters': 'Messages that were given up, and runs that have failed (kind `run`)',
  'heddle.heartbeats': 'One a minute while timers fire and the queue answers',
};

/** Histogram bounds in milliseconds: an attempt takes anything from a few of them to an hour. */
const BOUNDARIES = [
  ...[1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000],
  ...[10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000],
];

interface Recorder {
  record(value: number, attributes?: Readonly<Record<string, string>>): void;
}

/** Creates all instruments at once, so that a name has the same description wherever it is used. */
export function createInstruments(meter: Meter): Pick<Telemetry, 'count' | 'record'> {
  const counters = new Map(
    Object.entries(COUNTERS).map(([name, description]) => [
      name,
      meter.createCounter(name, { description }),
    ]),
  );
  const recorders: Readonly<Record<RecordMetric, Recorder>> = {
    'heddle.run.duration': createHistogram(meter, 'heddle.run.duration', 'How long attempts take'),
    'heddle.run.delay': createHistogram(meter, 'heddle.run.delay', 'From an event to its run'),
    'heddle.schedules.lag': createHistogram(
      meter,
      'heddle.schedules.lag',
      'From the time of a schedule to its run, jitter included',
    ),
    'heddle.queue.depth': meter.createGauge('heddle.queue.depth', {
      description: 'Messages not yet settled',
    }),
  };
  return {
    count: (metric, value = 1, attributes) => counters.get(metric)?.add(value, attributes),
    record: (metric, value, attributes) => recorders[metric].record(value, attributes),
  };
}

function createHistogram(meter: Meter, name: string, description: string): Recorder {
  const advice = { explicitBucketBoundaries: BOUNDARIES };
  return meter.createHistogram(name, { description, unit: 'ms', advice });
}
