import { describe, expect, it } from 'vitest';
import { opened } from '../../helpers/seeds/cases-of-github.ts';
import { casesOfPolls } from '../../helpers/seeds/cases-of-polls.ts';
import { alarmOfNoGroup, paid } from '../../helpers/seeds/cases-of-senders.ts';
import { createCode } from '../../helpers/seeds/code.ts';
import { emitted, type Send } from '../../helpers/seeds/send.ts';
import { createSeedWorld, type SeedWorld } from '../../helpers/seeds/world.ts';

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
    const fires = casesOfPolls['process-files']?.fires ?? expect.fail();
    const { handed } = await send(createSeedWorld({ only: ['process-files'] }), fires);
    expect(handed.map(({ input }) => input._trigger_event)).toEqual([
      {
        ...{ trigger_id: 'process-files', event_type: 'file_created', source: 'poll' },
        event_id: 'process-files:2026-01-01T00:00:15.000Z:0',
        timestamp: '2026-01-01T00:00:15.000Z',
      },
    ]);
  });

  it('comes with a context that says the same, and whether the sender is known', async () => {
    const { handed } = await send(createSeedWorld(), opened);
    expect(handed.find(({ trigger }) => trigger === 'github-prs')?.context).toEqual({
      eventId: expect.stringMatching(/^[\w-]+$/),
      ...{ eventType: 'pull_request.opened', source: 'github', verified: true },
      receivedAt: expect.stringMatching(/Z$/),
      ...{ triggerName: 'github-prs', attempt: 1, isReplay: false },
    });
  });
});
