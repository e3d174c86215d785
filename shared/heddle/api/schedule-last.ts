import type { Run, RunStatus } from '../domain/run.ts';
import { readFirst } from '../pipeline/documents/index.ts';
import { RUNS } from '../ports/collections.ts';
import type { ScheduleCatalogue, Times } from './schedule-catalogue.ts';

/** The last fire that ran. Times are ISO 8601 in UTC. */
export interface LastFire {
  /** The time that the schedule set. */
  readonly fire: string;
  readonly startedAt: string;
  /** Milliseconds from its due time, jitter included, to its start. */
  readonly lagMs: number;
  readonly runId: string;
  readonly status: RunStatus;
}

export interface LastFires {
  readonly last?: LastFire;
  /** The average time from one start to the next. */
  readonly effectiveMs?: number;
}

/** Limit of recent runs that are read. */
const MAX_RUNS_READ = 20;

/** Reads the last fire and the effective interval from a schedule's newest runs. */
export async function findLast(
  { store }: Pick<ScheduleCatalogue, 'store'>,
  name: string,
  times: Times,
): Promise<LastFires> {
  const where = { trigger: name };
  const runs = await readFirst(store, RUNS, { where, limit: MAX_RUNS_READ });
  const fires = runs.flatMap((run) => toFire(run, times) ?? []);
  const newestFirst = fires.toSorted((a, b) => (a.fire < b.fire ? 1 : -1));
  const [last] = newestFirst;
  const first = newestFirst.at(-1);
  if (!last || !first) return {};
  if (fires.length < 2) return { last };
  const lasted = Date.parse(last.startedAt) - Date.parse(first.startedAt);
  return { last, effectiveMs: Math.round(lasted / (fires.length - 1)) };
}

/** Undefined for a run that never started, or that is a replay or was not fired by the schedule. */
function toFire(run: Run, times: Times): LastFire | undefined {
  const startedAt = run.attempts[0]?.startedAt ?? ('startedAt' in run ? run.startedAt : undefined);
  const fire = run.eventId.slice(run.eventType.length + 1);
  if (startedAt === undefined || run.isReplay || Number.isNaN(Date.parse(fire))) return undefined;
  const lagMs = Date.parse(startedAt) - times.toDue(Date.parse(fire));
  return { fire, startedAt, lagMs, runId: run.id, status: run.status };
}
