import { describe, expect, it } from 'vitest';
import { casesFromWithin } from '../helpers/seeds/cases-from-within.ts';
import {
  alarmOfNoGroup,
  casesOfSenders,
  paid,
  pullRequestOpened,
} from '../helpers/seeds/cases-of-senders.ts';
import { listedTriggers, seeds } from '../helpers/seeds/file.ts';
import { userCreated } from '../helpers/seeds/module-events.ts';
import { emitted, executed, type Send, within } from '../helpers/seeds/send.ts';
import { createCode, createSeedWorld, type SeedWorld } from '../helpers/seeds/world.ts';

const cases = { ...casesOfSenders, ...casesFromWithin };
const names = seeds.triggers.map(({ name }) => name);

describe('the file', () => {
  it('has no fault, and nothing that looks like one', () => {
    expect(seeds.faults).toEqual([]);
    expect(seeds.warnings).toEqual([]);
  });

  it('says of each trigger where it comes from, and each is tried', () => {
    expect(listedTriggers).toEqual(names);
    expect(Object.keys(cases).toSorted()).toEqual(names.toSorted());
  });
});

describe.each(Object.entries(cases))('%s', (trigger, { fires, also = [], input, misses }) => {
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
});

async function send(world: SeedWorld, ...sends: readonly Send[]): Promise<SeedWorld> {
  for (const one of sends) await one(world);
  await world.drain();
  return world;
}

describe('an input', () => {
  it('says what was found missing: the service is unknown', async () => {
    const world = await send(createSeedWorld(), alarmOfNoGroup);
    expect(world.inputOf('cpu-alarm-response')).toMatchObject({ service: 'unknown' });
  });

  it('has the defaults for what the event does not say', async () => {
    const world = await send(createSeedWorld(), emitted('setting.defaults'));
    expect(world.inputOf('default-inputs')).toEqual({ mode: 'production', retry_count: 3 });
  });

  it('is made by a transform in code, which makes numbers, before one as templates', async () => {
    const runtime = createCode();
    runtime.extendTrigger<StripeEvent>('stripe.payment.succeeded', {
      transform: ({ data: { data } }) => ({
        paymentId: data.object.id,
        amount: data.object.amount / 100,
        currency: data.object.currency,
      }),
    });
    const world = await send(createSeedWorld({ runtime }), paid(2000));
    const input = { paymentId: 'pi_1', amount: 20, currency: 'usd' };
    expect(world.inputOf('stripe.payment.succeeded')).toEqual(input);
  });

  interface StripeEvent {
    readonly data: {
      readonly object: { readonly id: string; readonly amount: number; readonly currency: string };
    };
  }

  it('has what it comes from under _trigger_event, whatever else it is made of', async () => {
    const [id, timestamp] = ['f1', '2024-01-15T10:30:00Z'];
    const event = { id, time: timestamp, data: { path: '/data/a.json' } };
    const { handed } = await send(createSeedWorld(), within('files', 'file_created', event));
    expect(handed.find(({ trigger }) => trigger === 'process-files')?.input._trigger_event).toEqual(
      {
        ...{ trigger_id: 'process-files', event_type: 'file_created', timestamp },
        ...{ event_id: id, source: 'files' },
      },
    );
  });

  it('comes with a context that says the same, and whether the sender is known', async () => {
    const { handed } = await send(createSeedWorld(), pullRequestOpened);
    expect(handed.find(({ trigger }) => trigger === 'github-prs')?.context).toEqual({
      eventId: expect.stringMatching(/^[\w-]+$/),
      ...{ eventType: 'pull_request.opened', source: 'github', verified: true },
      receivedAt: expect.stringMatching(/Z$/),
      ...{ triggerName: 'github-prs', attempt: 1, isReplay: false },
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

describe('a trigger that is updated', () => {
  it('to enabled: false does not run, and says so', async () => {
    const only = ['my-file-trigger'];
    const world = createSeedWorld({
      only,
      changed: { displayName: 'Updated Name', enabled: false },
    });
    await send(world, cases['my-file-trigger']?.fires ?? expect.fail());
    expect(await world.ran()).toEqual([]);
    const clause = { clause: 'enabled', expected: 'true', found: 'false' };
    expect((await world.events())[0]?.decisions).toEqual([
      { trigger: 'my-file-trigger', outcome: 'unmatched', ...clause },
    ]);
  });
});

const DAY_MS = 86_400_000;

describe('retentionDays', () => {
  it.each([
    ['user.created', 90],
    ['stripe.payment.succeeded', 365],
    ['daily.cleanup', 90],
  ])('keeps what %s has done for %i days', async (name, days) => {
    const world = await send(createSeedWorld(), cases[name]?.fires ?? expect.fail());
    await world.clock.advance(days * DAY_MS - 60_000);
    expect([await world.ran(), (await world.events()).length]).toEqual([[name], 1]);
    await world.clock.advance(60_000);
    expect([await world.ran(), (await world.events()).length]).toEqual([[], 0]);
  });
});
