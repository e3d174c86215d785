import { randomUUID } from 'node:crypto';
import { POLL_SOURCE, SCHEDULE_SOURCE } from '../../domain/built-in-sources.ts';
import { EmittedIdSchema } from '../../domain/emitted.ts';
import { toEventKey, toRunId } from '../../domain/ids.ts';
import type { PollMessage } from '../../domain/message.ts';
import { toRunNowId } from '../../domain/run-now.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { RejectedError } from '../../errors/errors.ts';
import { type Engine, type Enqueuing, toTimestamp } from '../engine/index.ts';
import { enqueueEvent, parse } from '../events/index.ts';
import { createTimeline } from './timeline.ts';

/** A fire or a poll that a caller has asked for. */
export interface RanNow {
  /** ISO 8601, UTC: the scheduled time of the fire, the due time of the poll. */
  readonly scheduledTime: string;
  /** Of a fire, and of the run that it makes where the trigger's conditions match. */
  readonly eventId?: string;
  readonly runId?: string;
}

type Running = Enqueuing & Pick<Engine, 'states' | 'pollers'>;

/**
 * Makes a fire of a schedule now, or a poll, whether or not one is due. Everything after it is as
 * with any other; nothing is counted as late or missed.
 * @param key the caller's Idempotency-Key: a repeated request with it makes no second one
 * @throws {RejectedError} 409 where the trigger would not run
 */
export async function runNow(
  engine: Running,
  trigger: Trigger,
  key: string | undefined,
): Promise<RanNow> {
  await engine.states.refresh();
  refuseIdle(engine, trigger);
  const asked = key === undefined ? randomUUID() : parse(EmittedIdSchema, key, 'id');
  return trigger.poll ? pollNow(engine, trigger, asked) : fireNow(engine, trigger, asked);
}

function refuseIdle({ states }: Running, { name, enabled, poll }: Trigger): void {
  if (!enabled || poll?.enabled === false) {
    const text = `Trigger "${name}" is not enabled: say "enabled: true".`;
    throw new RejectedError('trigger_disabled', text);
  }
  const status = states.of(name)?.status;
  if (status === 'error') {
    const text = `Trigger "${name}" is in error: see why, mend it, and resume it.`;
    throw new RejectedError('trigger_in_error', text);
  }
  // A fire of a paused schedule is held or dropped by whilePaused; a poll would be left out.
  if (status !== 'paused' || !poll) return;
  throw new RejectedError('trigger_paused', `Trigger "${name}" is paused: resume it.`);
}

async function fireNow(engine: Running, trigger: Trigger, asked: string): Promise<RanNow> {
  const { name } = trigger;
  const scheduledTime = toTimestamp(engine.clock);
  const timeline = await createTimeline(trigger, engine.pollers);
  const previous = timeline.previous(engine.clock.now());
  const previousTime = previous === undefined ? null : new Date(previous).toISOString();
  const id = toRunNowId(name, asked);
  const data = { ...trigger.data, scheduledTime, previousTime, manual: true };
  const times = { time: scheduledTime, data, fields: {} };
  await enqueueEvent(engine, SCHEDULE_SOURCE, { id, type: name, subject: name, ...times });
  return { scheduledTime, eventId: id, runId: toRunId(toEventKey(SCHEDULE_SOURCE, id), name) };
}

async function pollNow({ clock, queue }: Running, { name }: Trigger, asked: string) {
  const due = toTimestamp(clock);
  const message: PollMessage = { kind: 'poll', trigger: name, due };
  const id = toRunNowId(`${POLL_SOURCE}:${name}`, asked);
  await queue.send([{ id, body: JSON.stringify(message) }]);
  return { scheduledTime: due };
}
