import { SCHEDULE_SOURCE } from '../../../domain/built-in-sources.ts';
import type { Held } from '../../../domain/limits.ts';
import type { RunOf } from '../../../domain/run.ts';
import { isRunNow } from '../../../domain/run-now.ts';
import type { Limited } from '../../concurrency/index.ts';
import type { Engine } from '../../engine/index.ts';
import { createTimeline } from '../../schedules/index.ts';
import { type Gate, isFreshEvent, toOutcome } from '../gate.ts';

/**
 * Skips a fire of a schedule whose message has come too late, because nothing ran when it was due,
 * or whose schedule has changed since it was sent. The creation time of the run tells when it came,
 * so a run that came in time and had to wait is not late.
 */
export const MISFIRE: Gate = {
  name: 'misfire',
  appliesTo: (_, { run, trigger }) => isFreshEvent(run) && trigger.schedule !== undefined,
  check: async (engine, passing) =>
    toOutcome(await checkMisfire(engine, passing.stored.document, passing)),
};

async function checkMisfire(
  engine: Pick<Engine, 'pollers'>,
  { createdAt }: RunOf<'queued'>,
  { trigger, event }: Limited,
): Promise<Held | undefined> {
  const { schedule } = trigger;
  if (!schedule || event.source !== SCHEDULE_SOURCE || isRunNow(event)) return undefined;
  const timeline = await createTimeline(trigger, engine.pollers);
  const fire = Date.parse(event.time);
  if (!timeline.isFire(fire)) {
    return {
      limit: 'misfire',
      detail: 'the schedule has changed, and does not fire then any more',
    };
  }
  const came = Date.parse(createdAt);
  if (timeline.isWanted(fire, came)) return undefined;
  const late = Math.round((came - timeline.toDue(fire)) / 1000);
  return { limit: 'misfire', detail: `it is ${late} s late, and misfire is ${schedule.misfire}` };
}
