import { RunSchema } from '../../domain/run.ts';
import { isLeftBehind, resumeTrigger } from '../../pipeline/commands/index.ts';
import { pauseTrigger } from '../../pipeline/limits/index.ts';
import type { Api } from '../api.ts';
import { type EventSummary, listEvents } from '../events.ts';
import { EventQuerySchema, RunQuerySchema } from '../query.ts';
import { listRuns } from '../runs.ts';
import { getStats, type TriggersStats } from '../stats.ts';
import { PauseSchema } from '../trigger-control.ts';
import { summarize, type TriggerSummary } from '../trigger-summary.ts';
import { findTrigger } from '../trigger-view.ts';
import { getTrigger, listTriggers, type TriggerDetail, TriggerQuerySchema } from '../triggers.ts';
import { createTriggerView, viewTriggers } from '../view-triggers.ts';
import { answerOf, defineRoute, listOf, pageOf } from './route.ts';

/** `missing`: the trigger is no longer defined. */
export type Resumed = (TriggerSummary | { readonly name: string; readonly status: 'missing' }) & {
  /** Count of held runs that were released. */
  readonly released: number;
};

export const triggerRoutes = [
  defineRoute('api-triggers', {
    summary: 'Lists triggers by name.',
    query: TriggerQuerySchema,
    response: listOf(answerOf<TriggerSummary>()),
    handler: async (api, { query }) => listTriggers(await viewTriggers(api), query),
  }),
  defineRoute('api-trigger-stats', {
    summary: 'Counts the triggers by status, and the events of the last day that ran them.',
    response: answerOf<TriggersStats>(),
    handler: async (api) => getStats(await viewTriggers(api)),
  }),
  defineRoute('api-trigger-view', {
    summary: 'Reads a trigger with its definition, counts and newest run.',
    response: answerOf<TriggerDetail>(),
    handler: async (api, { params }) => getTrigger(await viewTriggers(api), params.name),
  }),
  defineRoute('api-trigger-events', {
    summary: 'Lists the events for which a trigger has run, newest first.',
    query: EventQuerySchema,
    response: pageOf(answerOf<EventSummary>()),
    handler: (api, { params, query }) => listEvents(api.engine, within(api, params.name, query)),
  }),
  defineRoute('api-trigger-runs', {
    summary: 'Lists the runs of a trigger, newest first.',
    query: RunQuerySchema,
    response: pageOf(RunSchema),
    handler: (api, { params, query }) => listRuns(api.engine, within(api, params.name, query)),
  }),
  defineRoute('api-trigger-pause', {
    summary: 'Pauses a trigger; another message replaces that of a paused one.',
    body: PauseSchema,
    response: answerOf<TriggerSummary>(),
    isLogged: true,
    async handler(api, { params: { name }, body: { message } }) {
      const view = createTriggerView(api);
      const trigger = findTrigger(view, name);
      await pauseTrigger(api.engine, name, { by: 'operator', message });
      return summarize(view, trigger);
    },
  }),
  defineRoute('api-trigger-resume', {
    summary: 'Resumes a trigger; held runs of one that is no longer defined fail.',
    response: answerOf<Resumed>(),
    isLogged: true,
    handler: (api, { params }) => resume(api, params.name),
  }),
] as const;

/** Narrows a list to one trigger. */
function within<T extends object>(api: Api, name: string, query: T): T & { trigger: string } {
  return { ...query, trigger: findTrigger(createTriggerView(api), name).name };
}

async function resume(api: Api, name: string): Promise<Resumed> {
  const view = createTriggerView(api);
  const isMissing = !view.get(name) && (await isLeftBehind(api.engine, name));
  const trigger = isMissing ? undefined : findTrigger(view, name);
  const released = await resumeTrigger(api.engine, name);
  if (!trigger) return { name, status: 'missing', released };
  return { ...summarize(view, trigger), released };
}
