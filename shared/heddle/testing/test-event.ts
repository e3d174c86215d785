import type { EventDetail } from '../api/events.ts';
import type { Event } from '../domain/event.ts';
import { toExactJson } from '../domain/exact-json.ts';
import { toEventKey } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { getEvent } from './test-api.ts';
import type { TestApp, TestAppParts } from './test-app.ts';

/**
 * An event of a test. For a source that takes webhooks, an event without `fields` goes through
 * that source, which adds them: with `data` as its payload, or with the example of
 * `npm run send` for its type. Any other event is taken as it is given.
 */
export type TestEvent = Partial<Omit<Event, 'data' | 'fields'>> & {
  readonly data?: object;
  readonly fields?: JsonObject;
};

type Opened = TestAppParts & { readonly test: TestApp };

/** Takes an event in. @returns it as it was recorded */
export async function takeEvent(opened: Opened, event: TestEvent): Promise<EventDetail> {
  const { source, type } = event;
  const isSent = opened.sources.some(({ name }) => name === source);
  const isWhole = event.fields !== undefined || source === undefined || type === undefined;
  if (isWhole || !isSent) return takeWhole(opened, event);
  const { events, status, message } = await opened.test.deliver(source, type, event.data);
  const [recorded] = events;
  if (recorded) return recorded;
  throw new Error(`The source ${source} answered ${status} and made no event: ${message ?? ''}`);
}

/** Enqueues an event as the sources that need no sender do. */
async function takeWhole(opened: Opened, event: TestEvent): Promise<EventDetail> {
  const { test, app, backend } = opened;
  const whole = toEvent(opened, event);
  const body = JSON.stringify({ kind: 'event', event: whole });
  await backend.queue.send([{ id: `event:${whole.dedupeKey}`, body }]);
  await test.advance(0);
  return getEvent(app, whole);
}

function toEvent({ test, createId }: Opened, given: TestEvent): Event {
  const { id = createId(), source = 'emit', data = {} } = given;
  return {
    ...{ type: 'test', verified: true, fields: {}, time: test.now, receivedAt: test.now },
    ...given,
    ...{ id, source, dedupeKey: toEventKey(source, id) },
    data: toExactJson(data) as JsonObject,
  };
}
