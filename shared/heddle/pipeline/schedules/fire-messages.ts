import { POLL_SOURCE, SCHEDULE_SOURCE } from '../../domain/built-in-sources.ts';
import type { PollMessage } from '../../domain/message.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import type { SourceEvent } from '../../sources/source.ts';
import type { Engine } from '../engine/index.ts';
import { toEventMessages } from '../events/index.ts';
import type { Timeline } from './timeline.ts';

/**
 * Makes a message for each fire, delivered when it is due.
 * @param again distinguishes the message from those that were sent before for the same fire
 */
export async function toFireMessages(
  { clock }: Pick<Engine, 'clock'>,
  trigger: Trigger,
  timeline: Timeline,
  fires: readonly number[],
  again?: number,
): Promise<readonly OutgoingMessage[]> {
  const messages = fires.map(async (fire) => {
    const due = timeline.toDue(fire);
    const delayMs = Math.max(0, due - clock.now());
    const message =
      timeline.kind === 'poll'
        ? toPollMessage(trigger, fire)
        : await toScheduleMessage(trigger, timeline, fire, clock.now() + delayMs);
    const id = again === undefined ? message.id : `${message.id}:again:${again}`;
    return { ...message, id, delayMs };
  });
  return Promise.all(messages);
}

function toPollMessage({ name }: Trigger, fire: number): OutgoingMessage {
  const due = new Date(fire).toISOString();
  const message: PollMessage = { kind: 'poll', trigger: name, due };
  return { id: `${POLL_SOURCE}:${name}:${due}`, body: JSON.stringify(message) };
}

async function toScheduleMessage(
  trigger: Trigger,
  timeline: Timeline,
  fire: number,
  receivedAt: number,
): Promise<OutgoingMessage> {
  const event = toScheduleEvent(trigger, timeline, fire);
  const request = { receivedAt, traceparent: undefined };
  const outcome = { events: [event] };
  const [message] = await toEventMessages(
    SCHEDULE_SOURCE,
    outcome,
    request,
    { verified: true },
    {},
  );
  return message as OutgoingMessage;
}

/** Makes the event of a schedule that fires. Its id is the trigger and the time. */
function toScheduleEvent(
  { name, data }: Pick<Trigger, 'name' | 'data'>,
  timeline: Pick<Timeline, 'previous'>,
  fire: number,
): SourceEvent {
  const scheduledTime = new Date(fire).toISOString();
  const previous = timeline.previous(fire);
  const previousTime = previous === undefined ? null : new Date(previous).toISOString();
  return {
    ...{ id: `${name}:${scheduledTime}`, type: name, subject: name, time: scheduledTime },
    data: { ...data, scheduledTime, previousTime },
    fields: {},
  };
}
