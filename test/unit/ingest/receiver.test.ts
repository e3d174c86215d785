import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  RejectedError,
  RetryableError,
} from '../../../shared/heddle/errors/errors.ts';
import { SourceLog } from '../../../shared/heddle/pipeline/counts/source-log.ts';
import type { QueuePressure } from '../../../shared/heddle/pipeline/ingest/queue-pressure.ts';
import { createReceiver } from '../../../shared/heddle/pipeline/ingest/receive.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { createRequest } from '../../helpers/sources.ts';
import { createWorld } from '../../helpers/world.ts';

/** A source that answers by the body: an event with that id, or the error that it names. */
const toSource = (name: string): Source => ({
  ...{ name, maxBodyBytes: 1000 },
  verify({ body }) {
    if (`${body}` === 'forged') throw new RejectedError('signature_invalid', 'no');
    if (`${body}` === 'unset') throw new ConfigError('No secret is set', ['set X']);
    if (`${body}` === 'broken') throw new Error('a bug');
    return { verified: true };
  },
  normalize: ({ body }) => ({
    events: [{ id: `${body}`, type: 'hello', data: { sender: 1 }, fields: {} }],
  }),
});

interface Given {
  readonly pressure?: Pick<QueuePressure, 'assertRoom'>;
  readonly isTraced?: boolean;
}

function createSubject({ pressure, isTraced = true }: Given = {}) {
  const telemetry = createRecordingTelemetry();
  const world = createWorld([], {}, isTraced ? { telemetry } : {});
  const logger = createRecordingLogger();
  Object.assign(world.engine, { logger });
  const sources = ['acme', 'other'].map((name) => ({
    ...{ kind: 'test', source: toSource(name), common: {} },
  }));
  const log = new SourceLog(world.engine);
  const receive = createReceiver(world.engine, {
    ...{ sources, log, isDispatching: true, pressure: pressure as QueuePressure | undefined },
  });
  return {
    ...{ telemetry, logger, log },
    send: (body: string, name = 'acme', traceparent?: string) =>
      receive('test', name, { ...createRequest({ body }), traceparent }).catch(
        (error: Error) => error,
      ),
    counted: () => telemetry.measured.filter((line) => line.startsWith('heddle.events')),
    queued: async () => (await world.queue.receive(10)).map(({ body }) => JSON.parse(body).event),
  };
}

describe('what a source counts', () => {
  it('is each event that it takes in', async () => {
    const { send, counted } = createSubject();
    await send('a');
    expect(counted()).toEqual([
      'heddle.events.received {"source":"acme"} 1',
      'heddle.events.accepted {"source":"acme"} 1',
    ]);
  });

  it('is each refusal with its code, and a fault of ours as internal', async () => {
    const { send, counted, log } = createSubject();
    await send('forged');
    await send('broken');
    expect(counted().filter((line) => line.includes('rejected'))).toEqual([
      'heddle.events.rejected {"source":"acme","code":"signature_invalid"} 1',
      'heddle.events.rejected {"source":"acme","code":"internal"} 1',
    ]);
    expect((await log.read('acme')).rejected).toEqual({ signature_invalid: 1, internal: 1 });
  });
});

describe('a source that cannot verify anything', () => {
  it('is logged once, whoever sends, and each of its senders is refused', async () => {
    const { send, logger } = createSubject();
    for (let time = 0; time < 3; time++) {
      expect(await send('unset')).toBeInstanceOf(ConfigError);
    }
    await send('unset', 'other');
    expect(logger.lines.filter((line) => line.startsWith('error'))).toEqual([
      expect.stringMatching(/^error .*acme.*No secret is set/),
      expect.stringMatching(/^error .*other/),
    ]);
    expect(logger.lines.filter((line) => line.startsWith('info'))).toHaveLength(2);
  });

  it('is one whose settings are wrong: no other refusal is an error', async () => {
    const { send, logger } = createSubject();
    await send('forged');
    await send('broken');
    expect(logger.lines).toEqual([
      'info A request is refused, acme: signature_invalid {"status":401}',
    ]);
  });
});

describe('a queue that is too far behind', () => {
  it('has known senders come again later', async () => {
    const assertRoom = () => Promise.reject(new RetryableError('queue_behind', 'too far behind'));
    const { send, queued } = createSubject({ pressure: { assertRoom } });
    expect(await send('a')).toMatchObject({ code: 'queue_behind' });
    expect(await send('forged')).toMatchObject({ code: 'signature_invalid' });
    expect(await queued()).toEqual([]);
  });

  it('is not asked for where it has room, or where nothing bounds it', async () => {
    const roomy = createSubject({ pressure: { assertRoom: async () => {} } });
    expect(await roomy.send('a')).toMatchObject({ status: 202 });
    expect(await createSubject().send('a')).toMatchObject({ status: 202 });
  });
});

describe('the trace of an event', () => {
  const PARENT = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;

  it('is the span of its request, in the sender’s trace', async () => {
    const { send, queued, telemetry } = createSubject();
    await send('a', 'acme', PARENT);
    const [span] = telemetry.spans;
    expect(span).toMatchObject({ parent: PARENT });
    expect(span?.traceparent).not.toBe(PARENT);
    expect(await queued()).toMatchObject([{ id: 'a', traceparent: span?.traceparent }]);
  });

  it('is the sender’s as it stands where nothing is traced', async () => {
    const { send, queued } = createSubject({ isTraced: false });
    await send('a', 'acme', PARENT);
    await send('b');
    const [a, b] = await queued();
    expect(a).toMatchObject({ id: 'a', traceparent: PARENT });
    expect(b).not.toHaveProperty('traceparent');
  });
});
