import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { toQueueEvent } from '../../../shared/heddle/connectors/queue-event.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { resubmit } from '../../../shared/heddle/pipeline/commands/resubmit.ts';
import { receiveQueueMessage } from '../../../shared/heddle/pipeline/ingest/receive-queue-message.ts';
import { createEvent, createRecordingLogger } from '../../helpers/factories.ts';
import { createRecordingTelemetry, type RecordedSpan } from '../../helpers/recording-telemetry.ts';
import { CrashPlan, createWorld, LOCK_MS, toTriggers } from '../../helpers/world.ts';

const WEBHOOK = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const event = createEvent({ type: 'push', traceparent: WEBHOOK });

class Echo extends Actor {
  execute(): string | undefined {
    this.context.logger.info('at work', { attempt: 7 });
    return this.context.traceparent;
  }
}

class Broken extends Actor {
  execute(): never {
    throw new TerminalError('no_use', 'no');
  }
}

function createSubject(names: readonly string[], actor = 'echo') {
  const telemetry = createRecordingTelemetry();
  const triggers = toTriggers(...names.map((name) => ({ name, actor })));
  const world = createWorld(triggers, { echo: Echo, broken: Broken }, { telemetry });
  const named = (start: string) => telemetry.spans.filter(({ name }) => name.startsWith(start));
  return { telemetry, world, named };
}

const toParents = (spans: readonly RecordedSpan[]) => spans.map(({ parent }) => parent);
const toContexts = (spans: readonly RecordedSpan[]) => spans.map(({ traceparent }) => traceparent);

describe('the spans of an event', () => {
  it('are children of its own, for each delivery, also of runs that have their own message', async () => {
    const { world, named } = createSubject(Array.from({ length: 10 }, (_, index) => `t${index}`));
    await world.send(event);
    await world.drain();
    const [dispatches, runs] = [named('dispatch push'), named('run ')];
    expect(toParents(dispatches)).toEqual([WEBHOOK, WEBHOOK, WEBHOOK]);
    expect(runs).toHaveLength(10);
    expect(new Set(toParents(runs))).toEqual(new Set(toContexts(dispatches)));
    const outputs = (await world.runs()).map((run) => 'output' in run && run.output);
    expect(outputs.toSorted()).toEqual(toContexts(runs).toSorted());
  });

  it('stay in its trace when it is started again out of a dead letter', async () => {
    const { world, named, telemetry } = createSubject(['one']);
    await world.send(event);
    for (let delivery = 0; delivery < 10; delivery++) {
      await world.work(new CrashPlan(2, 'before'));
      await world.clock.advance(LOCK_MS + 1);
    }
    await world.drain();
    const before = named('run one').length;
    const [dead] = await world.deadLetters();
    await resubmit(world.engine, dead?.id ?? '');
    await world.drain();
    const last = named('run one').slice(before);
    expect(toParents(last)).toEqual(toContexts(named('dispatch push').slice(-1)));
    expect(new Set(toContexts([...telemetry.spans]).map((one) => one.split('-')[1]))).toEqual(
      new Set([WEBHOOK.split('-')[1]]),
    );
    expect(telemetry.measured).toContain('heddle.dead_letters {"kind":"event"} 1');
  });

  it('begin with the message of a storage queue', async () => {
    const { world, named } = createSubject([]);
    const metadata = { id: 'm-1', dequeueCount: 1 };
    const delivery = { queue: 'orders', body: '{}', metadata };
    await receiveQueueMessage(world.engine, await toQueueEvent('storage-queue', delivery));
    await world.drain();
    const [receive] = named('receive ');
    expect(receive).toMatchObject({ kind: 'consumer', parent: undefined });
    expect(toParents(named('dispatch '))).toEqual([receive?.traceparent]);
  });
});

describe('an attempt', () => {
  it('has its error as a code, and counts as failed', async () => {
    const { world, named, telemetry } = createSubject(['one'], 'broken');
    await world.send(event);
    await world.drain();
    expect(named('run one')).toMatchObject([
      { set: { 'heddle.outcome': 'failed', 'error.type': 'no_use' } },
    ]);
    const attributes = '{"trigger":"one","actor":"broken","outcome":"failed"}';
    expect(telemetry.measured).toContain(`heddle.runs ${attributes} 1`);
    expect(telemetry.measured).toContain(`heddle.run.duration ${attributes} 0`);
  });

  it.each([true, false])(
    'writes its ids into every line of the log (traced: %s)',
    async (isTraced) => {
      const { world, telemetry, named } = createSubject(['one']);
      const logger = createRecordingLogger();
      Object.assign(world.engine, { logger, ...(isTraced ? {} : { telemetry: undefined }) });
      await world.send(event);
      await world.drain();
      const [run] = await world.runs();
      const [, traceId, spanId] = named('run one')[0]?.traceparent.split('-') ?? [];
      const line = logger.lines.find((one) => one.startsWith('info at work'));
      expect(JSON.parse(line?.slice('info at work '.length) ?? '')).toEqual({
        ...{ runId: run?.id, eventId: event.id, trigger: 'one', attempt: 7 },
        ...(isTraced ? { traceId, spanId } : {}),
      });
      expect(telemetry.spans.length > 0).toBe(isTraced);
      if (!isTraced) expect(run).toMatchObject({ output: WEBHOOK });
    },
  );
});

describe('counts', () => {
  it('have an event once, however often it is delivered', async () => {
    const { world, telemetry } = createSubject(['one']);
    await world.send(event);
    await world.work(new CrashPlan(2, 'after'));
    await world.drain();
    await world.clock.advance(11 * 60_000);
    await world.send(event);
    await world.drain();
    await world.send(createEvent({ id: 'other', source: 'elsewhere' }));
    await world.drain();
    const events = telemetry.measured.filter((one) => one.startsWith('heddle.events'));
    expect(events).toEqual([
      'heddle.events.matched {"source":"github"} 1',
      'heddle.events.duplicates {"source":"github"} 1',
      'heddle.events.unmatched {"source":"elsewhere"} 1',
    ]);
  });
});
