import type { Run, RunStatus } from '../domain/run.ts';
import { RUNS } from '../ports/collections.ts';
import type { ScheduleCatalogue, Times } from './schedule-catalogue.ts';

/** The last fire that was carried out. ISO 8601, UTC. */
export interface LastFire {
  /** The time of the schedule. */
  readonly fire: string;
  readonly startedAt: string;
  /** From when it was due, jitter included, to its beginning. */
  readonly lagMs: number;
  readonly runId: string;
  readonly status: RunStatus;
}

export interface LastFires {
  readonly last?: LastFire;
  /** From the beginning of one to that of the next, on average. */
  readonly effectiveMs?: number;
}

/** So many of the newest runs are looked at. */
const LOOKED_AT = 20;

/** What the newest runs of a schedule say. */
export async function findLast(
  { store }: Pick<ScheduleCatalogue, 'store'>,
  name: string,
  times: Times,
): Promise<LastFires> {
  const { items } = await store.list(RUNS, { where: { trigger: name }, limit: LOOKED_AT });
  const fires = items.flatMap((run) => toFire(run, times) ?? []);
  const newestFirst = fires.toSorted((a, b) => (a.fire < b.fire ? 1 : -1));
  const [last] = newestFirst;
  const first = newestFirst.at(-1);
  if (!last || !first) return {};
  if (fires.length < 2) return { last };
  const lasted = Date.parse(last.startedAt) - Date.parse(first.startedAt);
  return { last, effectiveMs: Math.round(lasted / (fires.length - 1)) };
}

/** Undefined where it was never begun, or was asked for. */
function toFire(run: Run, times: Times): LastFire | undefined {
  const startedAt = run.attempts[0]?.startedAt ?? ('startedAt' in run ? run.startedAt : undefined);
  const fire = run.eventId.slice(run.eventType.length + 1);
  if (startedAt === undefined || run.isReplay || Number.isNaN(Date.parse(fire))) return undefined;
  const lagMs = Date.parse(startedAt) - times.toDue(Date.parse(fire));
  return { fire, startedAt, lagMs, runId: run.id, status: run.status };
}
