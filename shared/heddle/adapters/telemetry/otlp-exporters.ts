import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

/** The limit for one export with its retries; slower exports are dropped. */
const TIMEOUT_MS = 5000;

/** @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp */
export function createOtlpExporters(endpoint: string) {
  const base = endpoint.replace(/\/+$/, '');
  const toOptions = (signal: string) => ({
    url: `${base}/v1/${signal}`,
    timeoutMillis: TIMEOUT_MS,
  });
  return {
    createSpanExporter: () => new OTLPTraceExporter(toOptions('traces')),
    createMetricExporter: () => new OTLPMetricExporter(toOptions('metrics')),
  };
}
