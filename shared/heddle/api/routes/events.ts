import { z } from 'zod';
import { type EventDetail, type EventSummary, getEvent, listEvents } from '../events.ts';
import { withPollTypes } from '../poll-types.ts';
import { EventQuerySchema } from '../query.ts';
import { answerOf, defineRoute, pageOf } from './route.ts';

/** Other parameters are ignored. An empty source is one that no event has. */
const OfSourceSchema = z.object({ source: z.string().optional() });

export const eventRoutes = [
  defineRoute('api-events', {
    summary: 'Lists events with their decisions, newest first.',
    query: EventQuerySchema,
    response: pageOf(answerOf<EventSummary>()),
    handler: ({ engine }, { query }) => listEvents(engine, withPollTypes(engine, query)),
  }),
  defineRoute('api-trigger-all-events', {
    summary: 'Lists events with their decisions, newest first: a second path to the same list.',
    query: EventQuerySchema,
    response: pageOf(answerOf<EventSummary>()),
    handler: ({ engine }, { query }) => listEvents(engine, withPollTypes(engine, query)),
  }),
  defineRoute('api-event', {
    summary: 'Reads an event by the id of its sender, with its payload and its runs.',
    query: OfSourceSchema,
    response: answerOf<EventDetail>(),
    handler: ({ engine }, { params, query }) => getEvent(engine, params.id, query.source),
  }),
] as const;
