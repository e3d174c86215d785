import type { Run, RunOf } from '../../../shared/heddle/domain/run.ts';
import { createQueuedRun, type NewRun } from '../../../shared/heddle/domain/run-transitions.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import type { Delivery, OutgoingMessage, Sent } from '../../../shared/heddle/ports/event-queue.ts';
import { createNewRun, createRecordingLogger } from '../../helpers/factories.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

export const DELIVERY: Delivery = {
  ...{ id: 'message', body: '', sequence: 7, deliveryCount: 1 },
  signal: new AbortController().signal,
};

/** The store of runs of trigger `t`, and a queue that says what it is sent. */
export function createRunsScene(written: object = {}) {
  const telemetry = createRecordingTelemetry();
  const world = createWorld(toTriggers({ name: 't', actor: 'log', ...written }), {}, { telemetry });
  const logger = createRecordingLogger();
  const sent: OutgoingMessage[] = [];
  const cancelled: number[] = [];
  let answers: readonly Sent[] = [];
  const queue = {
    send: async (messages: readonly OutgoingMessage[]) => {
      sent.push(...messages);
      return messages.map((_, at) => answers[at] ?? 'accepted');
    },
    cancel: async (sequence: number) => cancelled.push(sequence) > 0,
    depth: async () => 0,
  };
  const engine = Object.assign(world.engine, { logger, queue });
  const at = (ms = 0) => new Date(world.clock.now() + ms).toISOString();
  const fresh = (id: string, more: Partial<NewRun> = {}) =>
    createNewRun({ id, trigger: 't', ...more });
  return {
    ...{ world, engine, clock: world.clock, telemetry, logger, sent, cancelled, at, fresh },
    answer(...given: readonly Sent[]): void {
      answers = given;
    },
    queued: (id: string, more: Partial<RunOf<'queued'>> = {}): RunOf<'queued'> => ({
      ...createQueuedRun(fresh(id), at()),
      ...more,
    }),
    put: async <R extends Run>(run: R) => ({
      document: run,
      etag: (await world.store.create<Run>(RUNS, run)).etag,
    }),
    read: async (id: string) => (await world.store.read(RUNS, id))?.document,
  };
}
