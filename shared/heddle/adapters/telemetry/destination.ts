import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

/** Where traces and metrics go. */
export interface Destination {
  /** For the log. */
  readonly name: string;
  /** Whether a counter is sent as what it has grown by since, or as its sum from the start. */
  readonly temporality: 'delta' | 'cumulative';
  readonly loadSpanExporter: () => Promise<SpanExporter>;
  readonly loadMetricExporter: () => Promise<PushMetricExporter>;
}

export interface DestinationOptions {
  /** Of Application Insights; empty: none. */
  readonly connectionString: string;
  /** Of the managed identity that signs in there; undefined: the connection string is enough. */
  readonly clientId: string | undefined;
  /** Of an OpenTelemetry collector, over HTTP; empty: none. */
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
