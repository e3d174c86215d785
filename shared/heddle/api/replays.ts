import { z } from 'zod';
import type { ReplayJob, ReplayQuery } from '../domain/replay-job.ts';
import { RejectedError } from '../errors/errors.ts';
import { REPLAYS } from '../ports/collections.ts';
import type { Page } from '../ports/document-store.ts';
import { listPage, type ReadSide } from './list.ts';
import { base, toSince, toWhere } from './query.ts';

/** A replay without the fields that only its next turn needs. */
export type ReplayView = Omit<ReplayJob, 'turn' | 'dueAt' | 'continuation'>;

const { limit, continuation, source, type, trigger, since } = base;
const uses = z.enum(['original', 'present']);
const ofEvents = ['matched', 'unmatched'] as const;
/** Statuses of ended runs; only those can be replayed. */
const ofRuns = ['succeeded', 'failed', 'skipped', 'cancelled'] as const;

/** Parameters may be in the URL's query or in the body; those of the URL win. */
export const RunReplaySchema = z.strictObject({ uses: uses.optional() });
export const EventReplaySchema = RunReplaySchema.extend({ trigger });
export const EventReplayQuerySchema = EventReplaySchema.extend({ source });

type RunReplay = z.output<typeof RunReplaySchema>;
type EventReplay = z.output<typeof EventReplaySchema>;
type EventReplayQuery = z.output<typeof EventReplayQuerySchema>;

const QuerySchema = z
  .strictObject({
    ...{ source, type, trigger, since, until: since },
    status: z.enum([...ofEvents, ...ofRuns]).optional(),
  })
  .refine(({ status, trigger }) => trigger !== undefined || !ofRuns.some((one) => one === status), {
    path: ['status'],
    error: `${ofRuns.join(', ')} are of runs: name their trigger as well`,
  })
  .refine((query) => query.source ?? query.type ?? query.trigger ?? query.since, {
    error: 'expected a source, a type, a trigger or a time since: all there ever was is too much',
  });

export const ReplaySchema = z.strictObject({
  query: QuerySchema,
  uses: uses.default('present'),
  /** Events per second. */
  rate: z.int().min(1).max(100).default(10),
  preview: z.boolean().default(false),
});

const NO_PARAMETERS =
  'a replay takes no parameters in its URL: expected them in the body, such as { "query": { "source": "github", "since": "1h" } }';

/** Refuses URL parameters, which are easily confused with those of a list. */
export const NoParametersSchema = z.looseObject({}).superRefine((given, { addIssue }) => {
  const [name] = Object.keys(given);
  if (name !== undefined) addIssue({ code: 'custom', path: [name], message: NO_PARAMETERS });
});

export const ReplaysQuerySchema = z.strictObject({
  ...{ limit, continuation, since },
  status: z.enum(['running', 'aborted', 'failed', 'done']).optional(),
});

export function toRunReplay(query: RunReplay, body: RunReplay) {
  return { uses: query.uses ?? body.uses ?? ('present' as const) };
}

export function toEventReplay(query: EventReplayQuery, body: EventReplay) {
  return { ...body, ...query, ...toRunReplay(query, body) };
}

/**
 * @param now the time from which durations such as `1h` are counted back
 * @throws {RejectedError} 400 where the times are the wrong way round
 */
export function toQueryReplay(
  { query: asked, ...rest }: z.output<typeof ReplaySchema>,
  now: number,
) {
  const { since: from } = toSince(asked.since, now);
  const { since: until } = toSince(asked.until, now);
  if (from !== undefined && from >= (until ?? new Date(now).toISOString())) {
    const message = 'query.since: expected a time before query.until, and before now.';
    throw new RejectedError('body_invalid', message);
  }
  const { source, type, trigger, status } = asked;
  const filters = toWhere({ source, type, trigger, status, since: from, until });
  return { ...rest, query: filters as Partial<ReplayQuery> };
}

/** Newest first. */
export async function listReplays(
  side: ReadSide,
  { status, ...paging }: z.output<typeof ReplaysQuerySchema>,
): Promise<Page<ReplayView>> {
  const request = { where: toWhere({ status }), since: paging.since, limit: paging.limit };
  const page = await listPage(side, REPLAYS, { ...request, continuation: paging.continuation });
  return { ...page, items: page.items.map(toReplayView) };
}

/** @throws {RejectedError} 404 `replay_not_found` */
export async function getReplay({ store }: ReadSide, id: string): Promise<ReplayView> {
  const stored = await store.read(REPLAYS, id);
  if (stored) return toReplayView(stored.document);
  throw new RejectedError('replay_not_found', `There is no replay "${id}".`);
}

export function toReplayView(job: ReplayJob): ReplayView {
  const { turn: _turn, dueAt: _dueAt, continuation: _continuation, ...view } = job;
  return view;
}
