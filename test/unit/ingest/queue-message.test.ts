import { describe, expect, it } from 'vitest';
import { receiveQueueMessage } from '../../../shared/heddle/pipeline/ingest/receive-queue-message.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

const event = { id: 'a', type: 'file.created', data: { path: 'x' }, fields: { path: 'x' } };

function createSubject(written: object = {}) {
  const telemetry = createRecordingTelemetry();
  const trigger = { name: 't', source: 'files', actor: 'log', ...written };
  const world = createWorld(toTriggers(trigger), {}, { telemetry });
  return {
    telemetry,
    receive: () => receiveQueueMessage(world.engine, { source: 'files', event }),
    queued: async () =>
      (await world.queue.receive(10)).map(({ body, orderingKey }) => ({
        ...JSON.parse(body).event,
        ...(orderingKey === undefined ? {} : { orderingKey }),
      })),
    counted: () => telemetry.measured.filter((line) => line.includes('events')),
  };
}

describe('a message of a queue', () => {
  it('is a verified event of its source, in the trace of its span', async () => {
    const { receive, queued, telemetry } = createSubject();
    await receive();
    const [span] = telemetry.spans;
    expect(await queued()).toEqual([
      expect.objectContaining({
        ...{ ...event, source: 'files', verified: true, traceparent: span?.traceparent },
        receivedAt: '2026-01-01T00:00:00.000Z',
      }),
    ]);
  });

  it('is one event when it comes twice, and counted as a duplicate', async () => {
    const { receive, queued, counted } = createSubject();
    await receive();
    expect(counted()).toEqual([
      'heddle.events.received {"source":"files"} 1',
      'heddle.events.accepted {"source":"files"} 1',
    ]);
    await receive();
    expect(counted().slice(2)).toEqual([
      'heddle.events.received {"source":"files"} 1',
      'heddle.events.duplicates {"source":"files"} 1',
    ]);
    expect(await queued()).toHaveLength(1);
  });

  it('is there once more for each ordering key', async () => {
    const { receive, queued } = createSubject({ orderingKey: '{{ event.path }}' });
    await receive();
    const keys = (await queued()).map(({ orderingKey }) => orderingKey);
    expect(keys.filter((key) => key !== undefined)).toHaveLength(1);
    expect(keys).toHaveLength(2);
  });
});
