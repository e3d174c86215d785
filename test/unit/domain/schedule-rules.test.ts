import { describe, expect, it } from 'vitest';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';

const timed = { name: 'a', source: 'schedule', actor: 'log', schedule: '* * * * *' };
const polled = { name: 'a', source: 'poll', actor: 'log', poll: { poller: 'files' } };

describe('a trigger that fires by the clock', () => {
  it.each([timed, polled])('is sound with what says when: %j', (written) => {
    expect(TriggerSchema.safeParse(written).success).toBe(true);
  });

  it.each([
    [{ ...timed, schedule: undefined }, 'schedule', 'source schedule needs it'],
    [{ ...polled, poll: undefined }, 'poll', 'source poll needs it'],
    [{ ...timed, orderingKey: '{{ 1 }}' }, 'orderingKey', 'leave it out'],
    [{ ...polled, orderingKey: '{{ 1 }}' }, 'orderingKey', 'leave it out'],
    [{ ...timed, eventType: 'other' }, 'eventType', 'leave it out'],
    [{ ...timed, source: 'github' }, 'schedule', 'only with "source: schedule"'],
    [{ ...polled, data: {} }, 'data', 'only with "source: schedule"'],
  ])('is refused with what to do: %j', (written, field, part) => {
    const { error } = TriggerSchema.safeParse(written);
    const issue = error?.issues.find(({ path }) => path[0] === field);
    expect(issue?.message).toContain(part);
  });
});
