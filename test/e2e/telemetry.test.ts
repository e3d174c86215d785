import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDelivery } from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';
import { type CollectedSpan, type Collector, startCollector } from '../helpers/otlp-collector.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const app = join(repository, 'test/fixtures/telemetry-app');
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SENDER = `00-${TRACE}-b7ad6b7169203331-01`;
const [INTERNAL, CONSUMER] = [1, 5];
const [UNSET, ERROR] = [0, 2];

function prepare(endpoint: string) {
  const env = {
    HEDDLE_TRIGGERS_FILE: join(app, 'triggers.yaml'),
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  };
  return { ...prepareHeddle({ env }), app };
}

async function send(host: HeddleHost, id: string, headers: Record<string, string> = {}) {
  const delivery = await createDelivery('{"ref":"refs/heads/main"}', { event: 'push', id });
  return host.post({ ...delivery.headers, ...headers }, delivery.body);
}

const find = ({ spans }: Collector, name: string) => spans.filter((span) => span.name === name);

/** Sorts spans of one run's attempts by attempt number. */
function byAttempt(spans: readonly CollectedSpan[]): readonly CollectedSpan[] {
  return spans.toSorted(
    (a, b) => Number(a.attributes['heddle.attempt']) - Number(b.attributes['heddle.attempt']),
  );
}

describe('an event whose first attempt fails', () => {
  it('is one trace, from the request to the last attempt', async () => {
    const collector = await startCollector();
    const host = await HeddleHost.start(prepare(collector.url));
    expect((await send(host, 'traced', { traceparent: SENDER })).status).toBe(202);
    await host.drained();
    const [run] = await host.runs();
    const { traceparent } = await host.event('traced');
    const { output } = await host.process.stop();

    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    const [webhook, ...others] = find(collector, 'webhook github');
    expect(others).toEqual([]);
    expect(webhook).toMatchObject({ kind: INTERNAL, status: { code: UNSET } });
    expect(webhook?.parentSpanId).toMatch(/^[0-9a-f]{16}$/);
    expect(traceparent).toBe(`00-${TRACE}-${webhook?.spanId}-01`);

    const dispatches = find(collector, 'dispatch push');
    expect(dispatches).toHaveLength(2);
    for (const { kind, parentSpanId } of dispatches) {
      expect([kind, parentSpanId]).toEqual([CONSUMER, webhook?.spanId]);
    }

    const attempts = byAttempt(find(collector, 'run flaky-push'));
    const ids = { 'heddle.event.id': 'traced', 'heddle.run.id': run?.id };
    const names = { 'heddle.trigger': 'flaky-push', 'heddle.actor': 'flaky' };
    expect(attempts).toMatchObject([
      {
        status: { code: ERROR },
        attributes: {
          ...{ ...ids, ...names, 'heddle.attempt': 1, 'heddle.outcome': 'retried' },
          'error.type': 'not_yet',
        },
      },
      {
        status: { code: UNSET },
        attributes: { ...ids, ...names, 'heddle.attempt': 2, 'heddle.outcome': 'succeeded' },
      },
    ]);
    const parents = attempts.map(({ parentSpanId }) => parentSpanId);
    expect(parents.toSorted()).toEqual(dispatches.map(({ spanId }) => spanId).toSorted());
    expect(collector.spans).toHaveLength(5);

    const [first, second] = attempts;
    expect(run).toMatchObject({ output: `00-${TRACE}-${second?.spanId}-01` });
    const lines = output.split('\n').filter((line) => line.includes('flaky is at work'));
    expect(lines).toHaveLength(2);
    for (const [index, span] of [first, second].entries()) {
      const line = lines[index] ?? '';
      for (const text of [
        ` runId=${run?.id}`,
        ' eventId=traced',
        ' trigger=flaky-push',
        ` attempt=${index + 1}`,
        ` traceId=${TRACE}`,
        ` spanId=${span?.spanId}`,
      ]) {
        expect(line).toContain(text);
      }
    }
  });

  it('is counted, with names and never with ids', async () => {
    const collector = await startCollector();
    const host = await HeddleHost.start(prepare(collector.url));
    await send(host, 'counted');
    await send(host, 'counted');
    await send(host, 'forged', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    await host.drained();
    await host.process.stop();

    const source = { source: 'github' };
    const run = { trigger: 'flaky-push', actor: 'flaky' };
    expect(collector.points.toSorted((a, b) => (a.metric < b.metric ? -1 : 1))).toEqual([
      { metric: 'heddle.events.accepted', attributes: source, value: 1 },
      { metric: 'heddle.events.duplicates', attributes: source, value: 1 },
      { metric: 'heddle.events.matched', attributes: source, value: 1 },
      { metric: 'heddle.events.received', attributes: source, value: 3 },
      {
        metric: 'heddle.events.rejected',
        attributes: { ...source, code: 'signature_invalid' },
        value: 1,
      },
      { metric: 'heddle.run.delay', attributes: { trigger: 'flaky-push' }, value: 1 },
      { metric: 'heddle.run.duration', attributes: { ...run, outcome: 'retried' }, value: 1 },
      { metric: 'heddle.run.duration', attributes: { ...run, outcome: 'succeeded' }, value: 1 },
      { metric: 'heddle.runs', attributes: { ...run, outcome: 'retried' }, value: 1 },
      { metric: 'heddle.runs', attributes: { ...run, outcome: 'succeeded' }, value: 1 },
    ]);
    expect(collector.services).toEqual(new Set(['heddle']));
  });

  it('is not traced where its sender says so, and runs all the same', async () => {
    const collector = await startCollector();
    const host = await HeddleHost.start(prepare(collector.url));
    await send(host, 'unsampled', { traceparent: SENDER.replace(/01$/, '00') });
    await host.drained();
    const [run] = await host.runs();
    await host.process.stop();
    expect(run).toMatchObject({ status: 'succeeded' });
    expect(run).toMatchObject({ output: expect.stringMatching(`^00-${TRACE}-[0-9a-f]{16}-00$`) });
    expect(collector.spans).toEqual([]);
    expect(collector.requests).toContain('POST /v1/metrics');
  });
});

describe('a collector that nobody listens at', () => {
  it('keeps no webhook from its 202 and no host from its end, and is logged once a signal', async () => {
    const collector = await startCollector();
    await collector.close();
    const host = await HeddleHost.start(prepare(collector.url));
    for (const id of ['one', 'two', 'three']) {
      expect((await send(host, id, { traceparent: SENDER })).status).toBe(202);
    }
    await host.drained();
    expect(await host.runs()).toMatchObject(Array(3).fill({ status: 'succeeded' }));
    const { output, exitCode } = await host.process.stop();
    expect(exitCode).toBe(0);
    expect(output.match(/Traces to the OpenTelemetry collector are lost/g)).toHaveLength(1);
    expect(output).not.toMatch(/unhandled/i);
  });
});

describe('what telemetry costs', () => {
  const script = `
    const { openApp } = await import(${JSON.stringify(join(repository, 'shared/heddle/composition/open-app.ts'))});
    const { loadConfig } = await import(${JSON.stringify(join(repository, 'shared/heddle/config/config.ts'))});
    const { Module } = await import('node:module');
    const app = await openApp(loadConfig(process.env));
    await app.heartbeat();
    await app.stop();
    const loaded = Object.keys(Module._cache).filter((path) => /opentelemetry/.test(path));
    console.log('loaded ' + loaded.length);
  `;

  async function countLoaded(endpoint: string): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-telemetry-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const triggersFile = join(folder, 'triggers.yaml');
    writeFileSync(triggersFile, 'triggers: []\n');
    const env = {
      ...{ HEDDLE_DATA_DIR: folder, HEDDLE_TRIGGERS_FILE: triggersFile },
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    };
    const given = ['--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, given, { env, cwd: repository });
    return Number(/loaded (\d+)/.exec(stdout)?.[1]);
  }

  it('is nothing where it goes nowhere: none of its modules is loaded', async () => {
    const collector = await startCollector();
    expect(await countLoaded('')).toBe(0);
    expect(await countLoaded(collector.url)).toBeGreaterThan(0);
    // A heartbeat sends its own count, and the end what is left; nothing was traced.
    expect(collector.requests).toEqual(['POST /v1/metrics', 'POST /v1/metrics']);
  });
});
