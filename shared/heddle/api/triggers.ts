import { z } from 'zod';
import type { Run } from '../domain/run.ts';
import { type Trigger, toTypePatterns } from '../domain/trigger.ts';
import { NOTHING, sumDay } from '../domain/trigger-stats.ts';
import { readFirst } from '../pipeline/documents/index.ts';
import { RUNS } from '../ports/collections.ts';
import { readBacklogOf, type TriggerBacklog } from './backlog.ts';
import { type Counts, toCounts } from './stats.ts';
import { summarize, TRIGGER_STATUSES, type TriggerSummary } from './trigger-summary.ts';
import { findTrigger, type TriggerView } from './trigger-view.ts';

export interface TriggerDetail extends TriggerSummary {
  /** The engine's form: with defaults, durations in milliseconds. */
  readonly definition: Trigger;
  readonly last24h: Counts;
  /** Its runs that have not begun. */
  readonly backlog: TriggerBacklog;
  /** What is probably not meant in it, with what to write instead. Absent: nothing. */
  readonly warnings?: readonly string[];
  /** The newest run. */
  readonly lastRun?: Run;
}

const name = z.string().min(1).max(256);

export const TriggerQuerySchema = z.strictObject({
  source: name.optional(),
  /** An event type: finds triggers that take it, or a type below it. */
  type: name.optional(),
  actor: name.optional(),
  tag: name.optional(),
  status: z.enum(TRIGGER_STATUSES).optional(),
  enabled_only: z.enum(['true', 'false']).optional(),
});

export type TriggerQuery = z.output<typeof TriggerQuerySchema>;

/** Sorted by name. */
export function listTriggers(
  view: TriggerView,
  asked: TriggerQuery,
): { readonly items: readonly TriggerSummary[] } {
  const found = view.triggers.filter((trigger) => isAskedFor(view, trigger, asked));
  const items = found.map((trigger) => summarize(view, trigger));
  return { items: items.filter(({ status }) => status === (asked.status ?? status)) };
}

function isAskedFor(view: TriggerView, trigger: Trigger, asked: TriggerQuery): boolean {
  const { source = trigger.source, type, actor = trigger.actor, tag, enabled_only } = asked;
  return (
    trigger.source === source &&
    trigger.actor === actor &&
    (tag === undefined || trigger.tags.includes(tag)) &&
    (enabled_only !== 'true' || trigger.enabled) &&
    (type === undefined || takesAnyOf(view, trigger, type))
  );
}

function takesAnyOf(view: TriggerView, trigger: Trigger, type: string): boolean {
  const isBelow = (pattern: string) => pattern.startsWith(`${type}.`);
  return view.takes(trigger, type) || toTypePatterns(trigger).some(isBelow);
}

/** @throws {RejectedError} 404 */
export async function getTrigger(view: TriggerView, triggerName: string): Promise<TriggerDetail> {
  const definition = findTrigger(view, triggerName);
  const where = { trigger: triggerName };
  const [stats, [lastRun], backlog] = await Promise.all([
    view.readStats(triggerName),
    readFirst(view.store, RUNS, { where, limit: 1 }),
    readBacklogOf(view.store, triggerName),
  ]);
  const last24h = toCounts(stats ? sumDay(stats, view.clock.now()) : NOTHING);
  const warnings = view.warningsOf(triggerName);
  const summary = {
    ...{ ...summarize(view, definition), definition, last24h },
    backlog,
    ...(warnings.length > 0 && { warnings }),
  };
  return lastRun ? { ...summary, lastRun } : summary;
}
