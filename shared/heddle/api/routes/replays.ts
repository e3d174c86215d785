import { z } from 'zod';
import {
  abortReplay,
  type Preview,
  type ReplayedEvent,
  replayEvent,
  replayRun,
  resumeReplay,
  startReplay,
} from '../../pipeline/replays/index.ts';
import { findEventRecord } from '../events.ts';
import { withPollTypes } from '../poll-types.ts';
import {
  EventReplayQuerySchema,
  EventReplaySchema,
  getReplay,
  listReplays,
  NoParametersSchema,
  ReplaySchema,
  ReplaysQuerySchema,
  type ReplayView,
  RunReplaySchema,
  toEventReplay,
  toQueryReplay,
  toReplayView,
  toRunReplay,
} from '../replays.ts';
import { answerOf, defineRoute, pageOf } from './route.ts';

export const replayRoutes = [
  defineRoute('api-replay-run', {
    summary: 'Runs an ended run again, as a new one.',
    query: RunReplaySchema,
    body: RunReplaySchema,
    takesKey: true,
    response: z.strictObject({ runId: z.string() }),
    status: 202,
    isLogged: true,
    handler: ({ engine }, { params, query, body, key }) =>
      replayRun(engine, params.id, { ...toRunReplay(query, body), key }),
  }),
  defineRoute('api-replay-event', {
    summary: 'Runs the triggers of an event again, by the id of its sender.',
    query: EventReplayQuerySchema,
    body: EventReplaySchema,
    takesKey: true,
    response: answerOf<ReplayedEvent>(),
    status: 202,
    isLogged: true,
    async handler({ engine }, { params, query, body, key }) {
      const { source, ...asked } = toEventReplay(query, body);
      const record = await findEventRecord(engine, params.id, source);
      return replayEvent(engine, record.id, { ...asked, key });
    },
  }),
  defineRoute('api-replay-start', {
    summary: 'Replays the events that a query finds, or previews how many those are.',
    query: NoParametersSchema,
    body: ReplaySchema,
    takesKey: true,
    response: answerOf<ReplayView | Preview>(),
    status: (answer) => ('sample' in answer ? 200 : 202),
    isLogged: true,
    async handler({ engine }, { body, key }) {
      const query = withPollTypes(engine, body.query);
      const asked = toQueryReplay({ ...body, query }, engine.clock.now());
      const started = await startReplay(engine, { ...asked, key });
      return 'sample' in started ? started : toReplayView(started);
    },
  }),
  defineRoute('api-replays', {
    summary: 'Lists replays by query, newest first.',
    query: ReplaysQuerySchema,
    response: pageOf(answerOf<ReplayView>()),
    handler: ({ engine }, { query }) => listReplays(engine, query),
  }),
  defineRoute('api-replay', {
    summary: 'Reads the progress of a replay.',
    response: answerOf<ReplayView>(),
    handler: ({ engine }, { params }) => getReplay(engine, params.id),
  }),
  defineRoute('api-replay-abort', {
    summary: 'Stops a replay; runs that were made stay.',
    response: answerOf<ReplayView>(),
    isLogged: true,
    handler: async ({ engine }, { params }) => toReplayView(await abortReplay(engine, params.id)),
  }),
  defineRoute('api-replay-resume', {
    summary: 'Continues a replay where it stopped.',
    response: answerOf<ReplayView>(),
    isLogged: true,
    handler: async ({ engine }, { params }) => toReplayView(await resumeReplay(engine, params.id)),
  }),
] as const;
