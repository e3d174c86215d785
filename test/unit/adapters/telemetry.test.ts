import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTelemetry } from '../../../shared/heddle/adapters/telemetry/open-telemetry.ts';
import { RejectedError, RetryableError } from '../../../shared/heddle/errors/errors.ts';
import type { Telemetry } from '../../../shared/heddle/ports/telemetry.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { startIngestion } from '../../helpers/ingestion.ts';
import { startCollector } from '../../helpers/otlp-collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const NOWHERE = { connectionString: '', clientId: undefined, otlpEndpoint: '' };

function open(to: Partial<typeof NOWHERE> | { clientId: string; connectionString: string }) {
  const logger = createRecordingLogger();
  const telemetry = createTelemetry({ ...NOWHERE, ...to, logger });
  onTestFinished(() => telemetry.close());
  return { logger, telemetry };
}

function trace(telemetry: Telemetry, parent: string | undefined): Promise<string | undefined> {
  const options = { kind: 'consumer', parent, attributes: { 'heddle.event.id': 'e-1' } } as const;
  return telemetry.span('dispatch push', options, async ({ traceparent }) => traceparent);
}

describe('a span', () => {
  it('is a child of the context it is given, and hands its own on', async () => {
    const collector = await startCollector();
    const { telemetry } = open({ otlpEndpoint: `${collector.url}/` });
    const traceparent = await trace(telemetry, PARENT);
    await telemetry.flush();
    const [span] = collector.spans;
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: 'b7ad6b7169203331' });
    expect(traceparent).toBe(`00-${TRACE}-${span?.spanId}-01`);
    expect(collector.requests).toEqual(['POST /v1/traces']);
  });

  it.each([
    undefined,
    '',
    'garbage',
    `ff-${TRACE}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-b7ad6b7169203331-01`,
  ])('begins a trace, sampled, where the context is %j', async (parent) => {
    const collector = await startCollector();
    const { telemetry } = open({ otlpEndpoint: collector.url });
    expect(await trace(telemetry, parent)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await telemetry.flush();
    expect(collector.spans).toHaveLength(1);
    expect(collector.spans[0]).not.toHaveProperty('parentSpanId');
    expect(collector.spans[0]?.traceId).not.toBe(TRACE);
  });

  it.each([
    [
      new RetryableError('queue_unavailable', 'secret text'),
      2,
      { 'error.type': 'queue_unavailable' },
    ],
    [new TypeError('secret text'), 2, { 'error.type': 'TypeError' }],
    ['secret text', 2, { 'error.type': 'unknown' }],
    [
      new RejectedError('signature_invalid', 'secret text'),
      0,
      { 'heddle.outcome': 'rejected', 'heddle.code': 'signature_invalid' },
    ],
  ])('that throws %s has its code and never its text', async (thrown, code, attributes) => {
    const collector = await startCollector();
    const { telemetry } = open({ otlpEndpoint: collector.url });
    const options = { kind: 'internal', parent: undefined } as const;
    const work = () => telemetry.span('webhook github', options, () => Promise.reject(thrown));
    await expect(work()).rejects.toBe(thrown);
    await telemetry.flush();
    expect(collector.spans).toMatchObject([{ status: { code }, attributes }]);
    expect(JSON.stringify(collector.spans)).not.toContain('secret text');
  });
});

describe('a destination', () => {
  it('is logged once when it fails and once when it is back', async () => {
    const collector = await startCollector();
    const { logger, telemetry } = open({ otlpEndpoint: collector.url });
    for (const status of [400, 400, 200, 200, 400]) {
      collector.status = status;
      await trace(telemetry, undefined);
      await telemetry.flush();
    }
    const lost = expect.stringMatching(/^warn Traces to the OpenTelemetry collector are lost/);
    const back = expect.stringMatching(
      /^info Traces to the OpenTelemetry collector are sent again/,
    );
    expect(logger.lines).toEqual([lost, back, lost]);
    expect(collector.spans).toHaveLength(2);
  });

  it('has metrics as sums since the start', async () => {
    const collector = await startCollector();
    const { telemetry } = open({ otlpEndpoint: collector.url });
    for (const _ of [1, 2]) {
      telemetry.count('heddle.heartbeats');
      telemetry.record('heddle.queue.depth', 3);
      await telemetry.flush();
    }
    const toPoint = (metric: string, value: number) => ({ metric, attributes: {}, value });
    expect(collector.points).toEqual([
      ...[toPoint('heddle.heartbeats', 1), toPoint('heddle.queue.depth', 3)],
      ...[toPoint('heddle.heartbeats', 2), toPoint('heddle.queue.depth', 3)],
    ]);
  });
});

describe('Application Insights', () => {
  beforeEach(() => void vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0'));
  afterEach(() => void vi.unstubAllEnvs());

  it('gets spans under their trace, and metrics by what they have grown', async () => {
    const { items, requests, connectionString } = await startIngestion();
    const { logger, telemetry } = open({ connectionString });
    const traceparent = await trace(telemetry, PARENT);
    for (const _ of [1, 2]) {
      telemetry.count('heddle.runs', 1, { outcome: 'failed' });
      await telemetry.flush();
    }
    expect(logger.lines).toEqual([]);
    const span = items.find(({ data }) => data.baseData.name === 'dispatch push');
    expect(span?.tags).toMatchObject({
      'ai.operation.id': TRACE,
      'ai.operation.parentId': 'b7ad6b7169203331',
      'ai.cloud.role': 'heddle',
    });
    expect(span?.data.baseData.id).toBe(traceparent?.split('-')[2]);
    expect(span?.data.baseData.properties).toMatchObject({ 'heddle.event.id': 'e-1' });
    const metrics = items.flatMap(({ data }) => (data.baseData.metrics as object[]) ?? []);
    const runs = metrics.filter((metric) => 'name' in metric && metric.name === 'heddle.runs');
    expect(runs).toMatchObject([{ value: 1 }, { value: 1 }]);
    expect(new Set(requests.map(({ url }) => url))).toEqual(new Set(['/v2.1/track']));
    expect(requests.every(({ token }) => token === undefined)).toBe(true);
  });

  it('gets every count although spans are sampled, and nothing of a counter that has not grown', async () => {
    const { items, metrics, connectionString } = await startIngestion();
    const { telemetry } = open({ connectionString });
    await trace(telemetry, PARENT.replace(/01$/, '00'));
    telemetry.count('heddle.heartbeats', 2);
    await telemetry.flush();
    await telemetry.flush();
    expect(metrics()).toEqual([{ name: 'heddle.heartbeats', sum: 2, properties: {} }]);
    expect(items).toMatchObject([{ sampleRate: 100 }]);
  });

  it('lets the managed identity in whose client id is given', async () => {
    const asked: string[] = [];
    const identity = createHttpServer((request, response) => {
      asked.push(request.url ?? '');
      const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'a-token', expires_on }));
    });
    await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void identity.close());
    const { port } = identity.address() as AddressInfo;
    vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${port}/token`);
    vi.stubEnv('IDENTITY_HEADER', 'a header');
    const { requests, connectionString } = await startIngestion();
    const { logger, telemetry } = open({ connectionString, clientId: 'client-1' });
    await trace(telemetry, PARENT);
    await telemetry.flush();
    expect(logger.lines).toEqual([]);
    expect(requests).toMatchObject([{ token: 'Bearer a-token' }]);
    expect(asked).toMatchObject([expect.stringContaining('client_id=client-1')]);
  });

  it('with a connection string that is none loses telemetry and says so, and nothing else', async () => {
    const { logger, telemetry } = open({ connectionString: 'nonsense' });
    expect(await trace(telemetry, PARENT)).toMatch(/^00-/);
    await telemetry.flush();
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn Traces to Application Insights are lost, nothing else: /),
    ]);
  });
});
