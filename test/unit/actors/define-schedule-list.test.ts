import { describe, expect, it } from 'vitest';
import { defineTrigger } from '../../../shared/heddle/actors/define-trigger.ts';
import type { ScheduleTrigger } from '../../../shared/heddle/actors/trigger-forms.ts';

const toSchedule = (schedule: ScheduleTrigger['schedule']) =>
  defineTrigger({ name: 'timed', type: 'schedule', actor: 'log', schedule }).written;

describe('a trigger of the type schedule with several times', () => {
  it('keeps a list, and reads numbers in it as milliseconds', () => {
    expect(toSchedule(['0 9 * * *', { interval: 5000 }])).toMatchObject({
      schedule: ['0 9 * * *', { interval: '5000ms' }],
    });
    expect(toSchedule({ any: [{ interval: 5000 }], jitter: 1000 })).toMatchObject({
      schedule: { any: [{ interval: '5000ms' }], jitter: '1000ms' },
    });
  });
});
