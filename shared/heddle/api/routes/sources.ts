import type { SourceView } from '../sources.ts';
import { answerOf, defineRoute, listOf } from './route.ts';

export const sourceRoutes = [
  defineRoute('api-sources', {
    summary: 'Lists sources with their traffic and the use of their secrets.',
    response: listOf(answerOf<SourceView>()),
    handler: (api) => api.listSources(),
  }),
] as const;
