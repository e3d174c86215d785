import { z } from 'zod';
import type { DeadLetter } from '../../domain/dead-letter.ts';
import { resubmit } from '../../pipeline/commands/index.ts';
import { listDeadLetters } from '../dead-letters.ts';
import { DeadLetterQuerySchema } from '../query.ts';
import { answerOf, defineRoute, pageOf } from './route.ts';

export const deadLetterRoutes = [
  defineRoute('api-dead-letters', {
    summary: 'Lists messages that were given up and runs that failed for good, newest first.',
    query: DeadLetterQuerySchema,
    response: pageOf(answerOf<DeadLetter>()),
    handler: ({ engine }, { query }) => listDeadLetters(engine, query),
  }),
  defineRoute('api-resubmit', {
    summary: 'Restarts the runs that a dead letter made fail.',
    response: z.strictObject({ runs: z.array(z.string()).readonly() }),
    isLogged: true,
    handler: ({ engine }, { params }) => resubmit(engine, params.id),
  }),
] as const;
