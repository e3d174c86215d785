import type { Engine } from '../pipeline/engine/index.ts';
import { createTimeline } from '../pipeline/schedules/index.ts';
import type { ScheduleCatalogue } from './schedule-catalogue.ts';

/** Creates a view of the schedules as they are now, with states that are no older than this call. */
export async function viewSchedules(engine: Engine): Promise<ScheduleCatalogue> {
  await engine.states.refresh();
  return createScheduleView(engine);
}

/** Creates a view of the schedules as they are now. States may be seconds old. */
export function createScheduleView({
  store,
  clock,
  triggers,
  states,
  pollers,
  isScheduling = true,
}: Engine): ScheduleCatalogue {
  return {
    ...{ store, clock, isScheduling },
    get triggers() {
      return triggers.listed.timed.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    stateOf: (name) => states.all.get(name),
    timesOf: (trigger) => createTimeline(trigger, pollers),
    async preview(schedule, range) {
      const { previewFires } = await import('../triggers/schedules/preview.ts');
      return previewFires(schedule, range);
    },
    async previewExcluded(schedule, range) {
      const { previewExcluded } = await import('../triggers/schedules/preview.ts');
      return previewExcluded(schedule, range);
    },
    async findFault(schedule) {
      const { findScheduleFault } = await import('../triggers/schedules/schedule-faults.ts');
      return findScheduleFault(schedule);
    },
  };
}
