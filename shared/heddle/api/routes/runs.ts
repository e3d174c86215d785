import { RunSchema } from '../../domain/run.ts';
import { toSlimRun } from '../../domain/run-notes.ts';
import { cancelRunById } from '../../pipeline/completion/index.ts';
import { withPollTypes } from '../poll-types.ts';
import { RunQuerySchema } from '../query.ts';
import { getRun, listRuns } from '../runs.ts';
import { CancelSchema } from '../trigger-control.ts';
import { defineRoute, pageOf } from './route.ts';

const CANCELLED = 'an operator has cancelled it';

export const runRoutes = [
  defineRoute('api-runs', {
    summary: 'Lists runs, newest first.',
    query: RunQuerySchema,
    response: pageOf(RunSchema),
    handler: ({ engine }, { query }) => listRuns(engine, withPollTypes(engine, query)),
  }),
  defineRoute('api-run', {
    summary: 'Reads a run with its state, input, output, and what each attempt has logged.',
    response: RunSchema,
    handler: ({ engine }, { params }) => getRun(engine, params.id),
  }),
  defineRoute('api-run-cancel', {
    summary: 'Cancels a run; an ended one stays as it is.',
    body: CancelSchema,
    response: RunSchema,
    isLogged: true,
    handler: async ({ engine }, { params, body: { reason = CANCELLED } }) =>
      toSlimRun(await cancelRunById(engine, params.id, reason)),
  }),
] as const;
