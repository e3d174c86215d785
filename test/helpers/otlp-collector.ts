import { createServer, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';

/** A span as OTLP/HTTP sends it in JSON, with its attributes as one object. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface CollectedPoint {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** A counter's sum, a gauge's last value, or a histogram's count. */
  readonly value: number;
}

export interface Collector {
  readonly url: string;
  readonly port: number;
  /** Requests such as `POST /v1/traces`, in order of arrival. */
  readonly requests: string[];
  readonly spans: CollectedSpan[];
  readonly points: CollectedPoint[];
  /** Service names of resources. */
  readonly services: Set<unknown>;
  /** The status of all further responses. */
  status: number;
  close(): Promise<void>;
}

/** Starts a collector that records what exporters send, until the test ends. */
export async function startCollector(port = 0): Promise<Collector> {
  const server = createServer(async (request, response) => {
    const text = await readText(request);
    collector.requests.push(`${request.method} ${request.url}`);
    if (collector.status === 200) collect(collector, JSON.parse(text));
    response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const found = typeof address === 'object' && address ? address.port : 0;
  const collector: Collector = {
    ...{ url: `http://127.0.0.1:${found}`, port: found, status: 200 },
    ...{ requests: [], spans: [], points: [], services: new Set() },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  onTestFinished(() => collector.close());
  return collector;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

type Value = { stringValue?: string; intValue?: number | string; doubleValue?: number };
type Attributes = readonly { readonly key: string; readonly value: Value }[];
interface Resource {
  readonly resource: { readonly attributes: Attributes };
}
interface Point {
  readonly attributes: Attributes;
  readonly asInt?: string | number;
  readonly asDouble?: number;
  readonly count?: string | number;
}
interface Body {
  readonly resourceSpans?: readonly (Resource & {
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes'> & {
        readonly attributes: Attributes;
      })[];
    }[];
  })[];
  readonly resourceMetrics?: readonly (Resource & {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly (Readonly<Record<string, { dataPoints?: readonly Point[] }>> & {
        readonly name: never;
      })[];
    }[];
  })[];
}

function collect(collector: Collector, { resourceSpans = [], resourceMetrics = [] }: Body): void {
  for (const { resource } of [...resourceSpans, ...resourceMetrics]) {
    collector.services.add(toObject(resource.attributes)['service.name']);
  }
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans));
  for (const span of spans) {
    collector.spans.push({ ...span, attributes: toObject(span.attributes) });
  }
  const metrics = resourceMetrics.flatMap((one) => one.scopeMetrics.flatMap((of) => of.metrics));
  for (const { name, ...shapes } of metrics) {
    const points = Object.values(shapes).flatMap((shape) => shape?.dataPoints ?? []);
    for (const { attributes, asInt, asDouble, count } of points) {
      const value = Number(count ?? asInt ?? asDouble);
      collector.points.push({ metric: name, attributes: toObject(attributes), value });
    }
  }
}

function toObject(attributes: Attributes): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ??
        (value.intValue === undefined ? value.doubleValue : Number(value.intValue)),
    ]),
  );
}
