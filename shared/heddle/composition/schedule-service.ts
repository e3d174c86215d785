import type { ScheduleCatalogue } from '../api/schedule-catalogue.ts';
import { previewSchedule, previewTrigger, type SchedulePreview } from '../api/schedule-preview.ts';
import type { ScheduleView } from '../api/schedule-view.ts';
import { getSchedule, listSchedules } from '../api/schedules.ts';
import { type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import { createTimeline } from '../pipeline/schedules/index.ts';
import type { Page } from '../ports/document-store.ts';

/** Reads schedules and pollers. An unknown name is answered 404. */
export interface ScheduleService {
  listSchedules(query: URLSearchParams): Promise<Page<ScheduleView>>;
  getSchedule(name: string): Promise<ScheduleView>;
  /** Lists the next fires of a trigger. */
  previewTrigger(name: string, query: URLSearchParams): Promise<SchedulePreview>;
  /** Lists the next fires of the schedule in the query. */
  previewSchedule(query: URLSearchParams): Promise<SchedulePreview>;
}

export function createScheduleService(engine: LiveEngine): ScheduleService {
  const read = () => readCatalogue(engine);
  const refreshed = async () => {
    await engine.states.refresh();
    return read();
  };
  return {
    listSchedules: async (query) => listSchedules(await refreshed(), query),
    getSchedule: async (name) => getSchedule(await refreshed(), name),
    previewTrigger: (name, query) => previewTrigger(read(), name, query),
    previewSchedule: (query) => previewSchedule(read(), query),
  };
}

/** Shows the listed triggers as they are now. */
function readCatalogue(engine: LiveEngine): ScheduleCatalogue {
  const { store, clock, triggers, states, pollers } = withSnapshot(engine);
  return {
    ...{ store, clock },
    get triggers() {
      return triggers.listed.timed.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    stateOf: (name) => states.all.get(name),
    timesOf: (trigger) => createTimeline(trigger, pollers),
    async preview(schedule, range) {
      const { previewFires } = await import('../triggers/schedules/preview.ts');
      return previewFires(schedule, range);
    },
    async findFault(schedule) {
      const { findScheduleFault } = await import('../triggers/schedules/schedule-faults.ts');
      return findScheduleFault(schedule);
    },
  };
}
