import { z } from 'zod';
import { runNow } from '../../pipeline/schedules/index.ts';
import { findSchedule } from '../schedule-catalogue.ts';
import {
  CountSchema,
  PreviewSchema,
  previewSchedule,
  previewTrigger,
  type SchedulePreview,
} from '../schedule-preview.ts';
import type { ScheduleView } from '../schedule-view.ts';
import { getSchedule, listSchedules, ScheduleQuerySchema } from '../schedules.ts';
import { createScheduleView, viewSchedules } from '../view-schedules.ts';
import { answerOf, defineRoute, pageOf } from './route.ts';

const RanNowSchema = z.strictObject({
  /** ISO 8601, UTC: the scheduled time of the fire, the due time of the poll. */
  scheduledTime: z.string(),
  /** Of a fire; the run is made where the trigger's conditions match. */
  eventId: z.string().optional(),
  runId: z.string().optional(),
});

export const scheduleRoutes = [
  defineRoute('api-schedules', {
    summary: 'Lists schedules and pollers by name.',
    query: ScheduleQuerySchema,
    response: pageOf(answerOf<ScheduleView>()),
    handler: async ({ engine }, { query }) => listSchedules(await viewSchedules(engine), query),
  }),
  defineRoute('api-schedule-preview', {
    summary: 'Lists the next fires of the schedule in the query.',
    query: PreviewSchema,
    response: answerOf<SchedulePreview>(),
    handler: ({ engine }, { query }) => previewSchedule(createScheduleView(engine), query),
  }),
  defineRoute('api-schedule-view', {
    summary: 'Reads a schedule or poller: its state, last and next fire.',
    response: answerOf<ScheduleView>(),
    handler: async ({ engine }, { params }) =>
      getSchedule(await viewSchedules(engine), params.name),
  }),
  defineRoute('api-schedule-fires', {
    summary: 'Lists the next fires of a trigger.',
    query: CountSchema,
    response: answerOf<SchedulePreview>(),
    handler: ({ engine }, { params, query }) =>
      previewTrigger(createScheduleView(engine), params.name, query),
  }),
  defineRoute('api-schedule-run', {
    summary: 'Makes a fire of a schedule now, or a poll.',
    takesKey: true,
    response: RanNowSchema,
    status: 202,
    headers: {},
    isLogged: true,
    async handler(api, { params, key, traceparent }) {
      await api.assertAccepting();
      const trigger = findSchedule(createScheduleView(api.engine), params.name);
      return runNow({ ...api.engine, traceparent }, trigger, key);
    },
  }),
] as const;
