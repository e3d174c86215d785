import {
  AI_OPERATION_NAME,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from '@azure/monitor-opentelemetry-exporter';
import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { createCredential } from '../azure/credential.ts';

export function createAzureExporters(connectionString: string, clientId: string | undefined) {
  // The exporter would report its own usage to Microsoft, and has no option against it.
  // https://learn.microsoft.com/en-us/azure/azure-monitor/app/statsbeat
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true';
  const options = {
    connectionString,
    ...(clientId === undefined ? {} : { credential: createCredential(clientId) }),
    // Unsent data is dropped, not kept on the disk of an instance that may be gone.
    disableOfflineStorage: true,
  };
  return {
    createSpanExporter: () => new NamingExporter(options),
    createMetricExporter: () => new AzureMonitorMetricExporter(options),
  };
}

/**
 * Names the requests of consumer spans: the exporter leaves them unnamed unless an attribute has a
 * name.
 * @see
 *   https://github.com/Azure/azure-sdk-for-js/blob/main/sdk/monitor/monitor-opentelemetry-exporter/src/utils/spanUtils.ts
 */
class NamingExporter extends AzureMonitorTraceExporter {
  override async export(
    spans: ReadableSpan[],
    done: Parameters<SpanExporter['export']>[1],
  ): Promise<void> {
    await super.export(spans.map(withOperationName), done);
  }
}

function withOperationName(span: ReadableSpan): ReadableSpan {
  if (span.kind !== SpanKind.CONSUMER) return span;
  const attributes = { ...span.attributes, [AI_OPERATION_NAME]: span.name };
  return Object.create(span, { attributes: { value: attributes, enumerable: true } });
}
