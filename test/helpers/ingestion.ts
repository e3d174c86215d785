import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { MetricRow } from './alert-queries.ts';
import { createCertificate, privateKey } from './sns.ts';

/** An item of telemetry, as it is sent to Application Insights. */
export interface IngestedItem {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly sampleRate?: number;
  readonly data: { readonly baseData: Readonly<Record<string, unknown>> };
}

export interface Ingestion {
  readonly items: readonly IngestedItem[];
  readonly requests: readonly { readonly url?: string; readonly token?: string }[];
  readonly connectionString: string;
  /** The metrics among the items, as rows of the table `AppMetrics`. */
  metrics(): readonly MetricRow[];
}

/**
 * Starts a stand-in for the ingestion endpoint, until the test ends. It has TLS, which the exporter
 * requires: whoever sends needs `NODE_TLS_REJECT_UNAUTHORIZED=0`.
 */
export async function startIngestion(): Promise<Ingestion> {
  const items: IngestedItem[] = [];
  const requests: { readonly url?: string; readonly token?: string }[] = [];
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const server = createServer({ key, cert: createCertificate() }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url = '', headers } = request;
    requests.push({ url, ...(headers.authorization ? { token: headers.authorization } : {}) });
    const sent = JSON.parse(Buffer.concat(chunks).toString('utf8')) as IngestedItem[];
    items.push(...sent);
    const count = { itemsReceived: sent.length, itemsAccepted: sent.length, errors: [] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(count));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const instrumentation = 'InstrumentationKey=00000000-0000-0000-0000-000000000000';
  const connectionString = `${instrumentation};IngestionEndpoint=https://127.0.0.1:${port}/`;
  return { items, requests, connectionString, metrics: () => items.flatMap(toRows) };
}

interface Metrics {
  readonly metrics?: readonly { readonly name: string; readonly value: number }[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

function toRows({ data }: IngestedItem): readonly MetricRow[] {
  const { metrics = [], properties = {} } = data.baseData as Metrics;
  return metrics.map(({ name, value }) => ({ name, sum: value, properties }));
}
