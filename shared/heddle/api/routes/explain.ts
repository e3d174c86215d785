import type { EventExplanation, TriggerExplanation } from '../explain.ts';
import { explainEvent } from '../explain-event.ts';
import { EventExplainSchema, TriggerExplainSchema } from '../explain-query.ts';
import { toEventText, toTriggerText } from '../explain-text.ts';
import { explainTrigger } from '../explain-trigger.ts';
import { viewTriggers } from '../view-triggers.ts';
import { answerOf, defineRoute } from './route.ts';

const headers = { 'cache-control': 'no-store', vary: 'accept' };

export const explainRoutes = [
  defineRoute('api-event-explain', {
    summary: 'Explains what an event ran, and why nothing else ran.',
    query: EventExplainSchema,
    response: answerOf<EventExplanation>(),
    headers,
    toText: toEventText,
    handler: async (api, { params, query }) =>
      explainEvent(await viewTriggers(api), params.id, query.source),
  }),
  defineRoute('api-trigger-explain', {
    summary: 'Explains why a trigger ran for an event, or did not.',
    query: TriggerExplainSchema,
    response: answerOf<TriggerExplanation>(),
    headers,
    toText: toTriggerText,
    handler: async (api, { params, query }) =>
      explainTrigger(await viewTriggers(api), params.name, query),
  }),
] as const;
