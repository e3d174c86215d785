import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../../ports/logger.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { type Destination, type DestinationOptions, toDestinations } from './destination.ts';
import { createExportLog } from './export-log.ts';
import { createInstruments } from './instruments.ts';
import { LazyExporter } from './lazy-exporter.ts';
import { createPromptCounts } from './prompt-counts.ts';
import { doInSpan } from './tracing.ts';

export interface TelemetryOptions extends DestinationOptions {
  readonly logger: Logger;
  /** The name of this app among others. */
  readonly serviceName?: string;
}

const SCOPE = 'heddle';

/** Delay and queue limit of a batch of spans; spans beyond the limit are dropped. */
const BATCH = { scheduledDelayMillis: 5000, maxQueueSize: 4096, exportTimeoutMillis: 10_000 };
const METRICS = { exportIntervalMillis: 60_000, exportTimeoutMillis: 10_000 };

/** Limit for closing, so that a destination that does not respond cannot block the shutdown. */
const CLOSE_MS = 6000;

/**
 * Sends in batches in the background, never within a request or a run. A trace follows the sampled
 * flag of its parent; a trace that begins here is sampled.
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#parentbased
 */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { logger, serviceName = 'heddle' } = options;
  const destinations = toDestinations(options);
  const resource = createResource(serviceName);
  const tracing = new BasicTracerProvider({
    resource,
    spanProcessors: destinations.map((to) => new BatchSpanProcessor(toSpans(to, logger), BATCH)),
  });
  const metering = new MeterProvider({
    resource,
    readers: destinations.map(
      (to) => new PeriodicExportingMetricReader({ exporter: toMetrics(to, logger), ...METRICS }),
    ),
  });
  const tracer = tracing.getTracer(SCOPE);
  const flush = async () => {
    await Promise.allSettled([tracing.forceFlush(), metering.forceFlush()]);
  };
  const { count, record } = createInstruments(metering.getMeter(SCOPE));
  const counts = createPromptCounts(count, () => metering.forceFlush().catch(() => undefined));
  return {
    ...{ count: counts.count, record },
    span: (name, given, work) => doInSpan(tracer, name, given, work),
    flush,
    close() {
      counts.stop();
      return within(CLOSE_MS, Promise.allSettled([tracing.shutdown(), metering.shutdown()]));
    },
  };
}

function toSpans({ name, loadSpanExporter }: Destination, logger: Logger) {
  const onResult = createExportLog(logger, `Traces to ${name}`);
  return new LazyExporter<ReadableSpan[]>({ load: loadSpanExporter, onResult });
}

function toMetrics(
  { name, temporality, loadMetricExporter }: Destination,
  logger: Logger,
): PushMetricExporter {
  const onResult = createExportLog(logger, `Metrics to ${name}`);
  const exporter = new LazyExporter<ResourceMetrics>({ load: loadMetricExporter, onResult });
  const { DELTA, CUMULATIVE } = AggregationTemporality;
  return Object.assign(exporter, {
    selectAggregationTemporality: () => (temporality === 'delta' ? DELTA : CUMULATIVE),
  });
}

/**
 * The SDK's default resource with the service's name. A span gives access to the default without
 * another package.
 */
function createResource(serviceName: string): ReadableSpan['resource'] {
  const span = new BasicTracerProvider().getTracer(SCOPE).startSpan(SCOPE);
  const { resource } = span as unknown as ReadableSpan;
  const named: ReadableSpan['resource'] = {
    attributes: { 'service.name': serviceName },
    merge: () => named,
    getRawAttributes: () => [['service.name', serviceName]],
  };
  return resource.merge(named);
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: expired, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, expired]);
  clearTimeout(timer);
}
