import { z } from 'zod';
import type { Trigger } from '../domain/trigger.ts';
import { createWholeNumberSchema } from '../domain/whole-number.ts';
import type { Page } from '../ports/document-store.ts';
import { readBacklogOf, readBacklogs } from './backlog.ts';
import { findSchedule, type ScheduleCatalogue } from './schedule-catalogue.ts';
import { SCHEDULE_STATES } from './schedule-state.ts';
import { type ScheduleView, toScheduleView } from './schedule-view.ts';

const name = z.string().min(1).max(256);

export const ScheduleQuerySchema = z.strictObject({
  kind: z.enum(['schedule', 'poll']).optional(),
  state: z.enum(SCHEDULE_STATES).optional(),
  tag: name.optional(),
  limit: createWholeNumberSchema(1, 200).default(50),
  /** The last name of the previous page. */
  continuation: name.optional(),
});

/** Limit of views read at once, since each costs a few reads. */
const AT_ONCE = 10;

/**
 * Sorted by name. With a state filter a page may be short or empty, since the filter applies to
 * each page.
 */
export async function listSchedules(
  catalogue: ScheduleCatalogue,
  { kind, state, tag, limit, continuation = '' }: z.output<typeof ScheduleQuerySchema>,
): Promise<Page<ScheduleView>> {
  const isAskedFor = (trigger: Trigger) =>
    trigger.name > continuation &&
    (kind === undefined || kind === (trigger.poll ? 'poll' : 'schedule')) &&
    (tag === undefined || trigger.tags.includes(tag));
  const found = catalogue.triggers.filter(isAskedFor);
  const views = await toViews(catalogue, found.slice(0, limit));
  const items = views.filter((view) => state === undefined || view.state === state);
  const last = found[limit - 1];
  return found.length > limit && last ? { items, continuation: last.name } : { items };
}

async function toViews(
  catalogue: ScheduleCatalogue,
  triggers: readonly Trigger[],
): Promise<ScheduleView[]> {
  const views: ScheduleView[] = [];
  const backlogs = await readBacklogs(catalogue.store);
  for (let at = 0; at < triggers.length; at += AT_ONCE) {
    const some = triggers.slice(at, at + AT_ONCE);
    views.push(
      ...(await Promise.all(
        some.map((trigger) => toScheduleView(catalogue, trigger, backlogs.of(trigger.name))),
      )),
    );
  }
  return views;
}

/** @throws {RejectedError} 404 */
export async function getSchedule(
  catalogue: ScheduleCatalogue,
  triggerName: string,
): Promise<ScheduleView> {
  const trigger = findSchedule(catalogue, triggerName);
  return toScheduleView(catalogue, trigger, await readBacklogOf(catalogue.store, triggerName));
}
