import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

/** A receiver of traces and metrics. */
export interface Destination {
  /** Shown in the log. */
  readonly name: string;
  /**
   * A counter is sent as its growth since the last export (delta) or as its sum since the start
   * (cumulative).
   */
  readonly temporality: 'delta' | 'cumulative';
  readonly loadSpanExporter: () => Promise<SpanExporter>;
  readonly loadMetricExporter: () => Promise<PushMetricExporter>;
}

export interface DestinationOptions {
  /** The connection string of Application Insights; empty: none. */
  readonly connectionString: string;
  /**
   * The client id of the managed identity that signs in there; undefined: the connection string
   * suffices.
   */
  readonly clientId: string | undefined;
  /** The HTTP endpoint of an OpenTelemetry collector; empty: none. */
  readonly otlpEndpoint: string;
}

export function toDestinations(options: DestinationOptions): readonly Destination[] {
  const { connectionString, clientId, otlpEndpoint } = options;
  return [
    ...(connectionString === '' ? [] : [toAzureMonitor(connectionString, clientId)]),
    ...(otlpEndpoint === '' ? [] : [toOtlp(otlpEndpoint)]),
  ];
}

function toAzureMonitor(connectionString: string, clientId: string | undefined): Destination {
  const load = async () =>
    (await import('./azure-exporters.ts')).createAzureExporters(connectionString, clientId);
  return {
    name: 'Application Insights',
    temporality: 'delta',
    loadSpanExporter: async () => (await load()).createSpanExporter(),
    loadMetricExporter: async () => (await load()).createMetricExporter(),
  };
}

function toOtlp(endpoint: string): Destination {
  const load = async () => (await import('./otlp-exporters.ts')).createOtlpExporters(endpoint);
  return {
    name: 'the OpenTelemetry collector',
    temporality: 'cumulative',
    loadSpanExporter: async () => (await load()).createSpanExporter(),
    loadMetricExporter: async () => (await load()).createMetricExporter(),
  };
}
