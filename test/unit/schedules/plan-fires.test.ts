import { describe, expect, it } from 'vitest';
import { planFires } from '../../../shared/heddle/pipeline/schedules/plan-fires.ts';
import { createTimeline } from '../../../shared/heddle/pipeline/schedules/timeline.ts';
import { toTriggers } from '../../helpers/world.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

describe.each(['skip', 'fireOnce', 'catchUp'])(
  'fires that jitter puts off, with misfire %s',
  (misfire) => {
    it('are not missed by who comes after their time and before they are due', async () => {
      const schedule = { cron: '* * * * *', jitter: '1h', misfire };
      const [trigger] = toTriggers({ name: 'm', source: 'schedule', actor: 'note', schedule });
      if (!trigger) throw new Error('there is none');
      const timeline = await createTimeline(trigger, {});
      const now = START + 20 * MINUTE_MS;
      const past = Array.from({ length: 20 }, (_, index) => START + (index + 1) * MINUTE_MS);
      const early = past.filter((fire) => timeline.toDue(fire) > now);
      expect(early.length).toBeGreaterThan(5);
      expect(early.length).toBeLessThan(20);
      const { fires, missed } = planFires(timeline, START, now);
      const made = fires.filter((fire) => fire <= now);
      expect(made).toEqual(expect.arrayContaining(early));
      expect(missed).toBe(past.length - made.length);
      if (misfire === 'catchUp') expect(made).toEqual(past);
      else expect(made.length - early.length).toBeLessThanOrEqual(1);
    });
  },
);
