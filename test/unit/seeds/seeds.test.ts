import { describe, expect, it } from 'vitest';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { casesFromWithin } from '../../helpers/seeds/cases-from-within.ts';
import { casesOfGitHub } from '../../helpers/seeds/cases-of-github.ts';
import { casesOfPolls } from '../../helpers/seeds/cases-of-polls.ts';
import { casesOfSchedules } from '../../helpers/seeds/cases-of-schedules.ts';
import { casesOfSenders } from '../../helpers/seeds/cases-of-senders.ts';
import { listedTriggers, seeds } from '../../helpers/seeds/file.ts';
import { userCreated } from '../../helpers/seeds/module-events.ts';
import { aroundTime, emitted, executed } from '../../helpers/seeds/send.ts';
import { createSeedWorld } from '../../helpers/seeds/world.ts';

const cases = { ...casesOfSenders, ...casesOfGitHub, ...casesFromWithin, ...casesOfPolls };
const names = seeds.triggers.map(({ name }) => name);

describe('the file', () => {
  it('has no fault, and nothing that looks like one', () => {
    expect(seeds.faults).toEqual([]);
    expect(seeds.warnings).toEqual([]);
  });

  it('says of each trigger where it comes from, and each is tried', () => {
    expect(listedTriggers).toEqual(names);
    const tried = [...Object.keys(cases), ...Object.keys(casesOfSchedules)];
    expect(tried.toSorted()).toEqual(names.toSorted());
  });
});

describe.each(Object.entries(cases))('%s', (trigger, tried) => {
  const { fires, also = [], input, misses = [], silences = [] } = tried;

  it('runs for its event, with the input as it is written', async () => {
    const world = createSeedWorld();
    await fires(world);
    await world.drain();
    expect(await world.ran()).toEqual([trigger, ...also].toSorted());
    expect(world.inputOf(trigger)).toEqual(input);
  });

  it.each(misses)('does not run where $clause is not met: $found', async (miss) => {
    const { send, clause, expected, found, of = trigger } = miss;
    const world = createSeedWorld();
    await send(world);
    await world.drain();
    expect(await world.ran()).not.toContain(trigger);
    const decisions = (await world.events()).flatMap((event) => event.decisions);
    const shown = found === undefined ? {} : { found: JSON.stringify(found) };
    expect(decisions).toContainEqual({
      ...{ trigger: of, outcome: 'unmatched', clause },
      ...{ expected: JSON.stringify(expected), ...shown },
    });
  });

  it.each(silences)('is polled, and has no event, where $where', async ({ send }) => {
    const world = createSeedWorld({ only: [trigger] });
    await send(world);
    expect(await world.events()).toEqual([]);
    expect(await world.pollsOf(trigger)).toMatchObject({
      ...{ lastOutcome: 'skipped', fires: 0, failures: 0 },
      polls: expect.toSatisfy((count: number) => count > 1),
    });
  });
});

describe('data that does not fit its schema', () => {
  it.each([
    ['a module’s event', emitted(userCreated, { userId: 'u1', name: 'Ada', email: 'no address' })],
    ['a manual trigger', executed('manual.data.import', { source: 'xml', options: {} })],
  ])('is refused before anything is queued: %s', async (_, refused) => {
    const world = createSeedWorld();
    await expect(refused(world)).rejects.toMatchObject({ status: 422, code: 'schema_mismatch' });
    expect(await world.queue.depth()).toBe(0);
  });
});

describe('a trigger that is not to run', () => {
  it('does not, and says so, once it is updated to enabled: false', async () => {
    const changed = { displayName: 'Updated Name', enabled: false };
    const world = createSeedWorld({ only: ['handle-user-events'], changed });
    await cases['handle-user-events']?.fires(world);
    await world.drain();
    expect(await world.ran()).toEqual([]);
    const clause = { clause: 'enabled', expected: 'true', found: 'false' };
    expect((await world.events())[0]?.decisions).toEqual([
      { trigger: 'handle-user-events', outcome: 'unmatched', ...clause },
    ]);
  });

  it('is not even polled then', async () => {
    const world = createSeedWorld({ only: ['my-file-trigger'], changed: { enabled: false } });
    await cases['my-file-trigger']?.fires(world);
    expect(await world.pollsOf('my-file-trigger')).toBeUndefined();
  });

  it('is held while it is paused, and runs when it is resumed', async () => {
    const world = createSeedWorld({ only: ['handle-user-events'] });
    await pauseTrigger(world.engine, 'handle-user-events', { by: 'operator', message: '' });
    await cases['handle-user-events']?.fires(world);
    await world.work();
    expect(await world.runs()).toMatchObject([{ status: 'queued', held: { limit: 'paused' } }]);
    await resumeTrigger(world.engine, 'handle-user-events');
    await world.drain();
    expect(await world.runs()).toMatchObject([{ status: 'succeeded' }]);
  });
});

const HOUR_MS = 3_600_000;

describe('retentionDays', () => {
  it.each([
    ['user.created', 90, cases['user.created']?.fires],
    ['stripe.payment.succeeded', 365, cases['stripe.payment.succeeded']?.fires],
    ['daily.cleanup', 90, aroundTime(casesOfSchedules['daily.cleanup']?.fires ?? '')],
  ])('keeps what %s has done for %i days', async (name, days, fires = expect.fail()) => {
    const world = createSeedWorld({ only: [name] });
    await fires(world);
    await world.drain();
    await world.clock.advance((days * 24 - 1) * HOUR_MS);
    expect([await world.ran(), (await world.events()).length]).toEqual([[name], 1]);
    await world.clock.advance(HOUR_MS);
    expect([await world.ran(), (await world.events()).length]).toEqual([[], 0]);
  });
});
