import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { defineTrigger } from '../../../shared/heddle/actors/define-trigger.ts';
import { defineEvent, type ModuleEvent } from '../../../shared/heddle/actors/module-event.ts';
import type { Definition } from '../../../shared/heddle/actors/registrations.ts';
import { defineSubscription } from '../../../shared/heddle/actors/subscription.ts';
import type { TriggerDefinition } from '../../../shared/heddle/actors/trigger-definition.ts';
import { readCode } from '../../helpers/code-world.ts';

const ACTORS = ['log', 'flow'];

/** Reads definitions as the app does, and returns the trigger of a name. */
async function load(...definitions: readonly Definition[]) {
  const runtime = createRuntime();
  for (const definition of definitions) runtime.registrations.add(definition);
  const { triggers, faults, warnings, sources } = await readCode(runtime, ACTORS);
  return { triggers, faults, warnings, sources };
}

const endpoint = {
  path: '/webhooks/shop',
  auth: { type: 'bearer', secret: 'a long secret' },
} as const;

describe('a definition', () => {
  it('is plain data that registers as registerTrigger does', async () => {
    const filter = () => true;
    const { triggers, faults } = await load(
      defineTrigger('github-prs', { source: 'github', actor: 'log', filter }),
      defineEvent({ name: 'user.created', source: 'auth-module' }),
      defineSubscription('flow', { triggers: ['user.created'] }),
    );
    expect(faults).toEqual([]);
    expect(triggers.get('github-prs')).toMatchObject({ source: 'github', actor: 'log' });
    expect(triggers.codeOf('github-prs')).toEqual({ filter });
    expect(triggers.get('flow.user.created')).toMatchObject({
      ...{ source: 'emit', eventType: 'user.created', actor: 'flow' },
    });
  });

  it('has the type of what it defines', () => {
    const schema = z.object({ id: z.string() });
    const event = defineTrigger({ name: 'a', type: 'event', source: 'm', schema });
    expectTypeOf(event).toEqualTypeOf<ModuleEvent<typeof schema>>();
    expectTypeOf(defineEvent({ name: 'a', source: 'm', schema })).toEqualTypeOf(event);
    const manual = defineTrigger({ name: 'b', type: 'manual', schema });
    expectTypeOf(manual).toEqualTypeOf<TriggerDefinition>();
    defineTrigger({
      ...{ name: 'c', type: 'webhook', endpoint, schema },
      transform(payload, { data }) {
        expectTypeOf(payload).toEqualTypeOf<{ id: string }>();
        expectTypeOf(data.id).toEqualTypeOf<string>();
        return { id: payload.id };
      },
    });
  });

  it('does not compile with fields of another type', () => {
    // @ts-expect-error an await makes triggers of a run
    defineTrigger({ name: 'a', type: 'manual', scope: 'run' });
    // @ts-expect-error a webhook has an endpoint
    defineTrigger({ name: 'a', type: 'webhook' });
    // @ts-expect-error a schedule says when
    defineTrigger({ name: 'a', type: 'schedule' });
    // @ts-expect-error senders prove who they are
    defineTrigger({ name: 'a', type: 'webhook', endpoint: { path: '/a' } });
    const auth = { type: 'custom' } as const;
    // @ts-expect-error custom authentication is a function
    defineTrigger({ name: 'a', type: 'webhook', endpoint: { path: '/a', auth } });
    expect.assertions(0);
  });
});

describe('numbers of a form with a type', () => {
  it('are milliseconds', async () => {
    const { triggers, sources } = await load(
      defineTrigger({
        ...{ name: 'hook', type: 'webhook', endpoint, actor: 'log', timeout: 5000 },
        ...{ retry: { delay: 250, maxDelay: '1m' }, debounce: { wait: 500 } },
        config: { rateLimit: { max: 1000, window: 3_600_000 } },
      }),
      defineTrigger({
        ...{ name: 'tick', type: 'schedule', actor: 'log' },
        schedule: { interval: 60_000, grace: 2000 },
      }),
    );
    expect(triggers.get('hook')).toMatchObject({
      ...{ timeout: 5000, retry: { delay: 250, maxDelay: 60_000 }, debounce: { wait: 500 } },
    });
    expect(triggers.get('tick')?.schedule).toMatchObject({ interval: 60_000, grace: 2000 });
    const shop = sources.find(({ name }) => name === 'custom-shop');
    expect(shop?.common.rateLimit).toEqual({ max: 1000, window: 3_600_000 });
  });

  it('are seconds in one by name, as in a file', async () => {
    const { triggers } = await load(
      defineTrigger('by-name', { source: 'github', actor: 'log', timeout: 5 }),
    );
    expect(triggers.get('by-name')?.timeout).toBe(5000);
  });
});

describe('a trigger with a type', () => {
  it('keeps all that people see of it', async () => {
    const ui = { icon: 'upload', color: 'blue', form: [{ name: 'a', type: 'text' as const }] };
    const { triggers } = await load(
      defineTrigger({
        ...{ name: 'import', type: 'manual', scope: 'flow', source: 'admin', actor: 'log', ui },
        ...{ displayName: 'Import', description: 'Imports', tags: ['data'] },
        config: { persistData: false, retentionDays: 7 },
        schema: z.object({ a: z.string() }),
      }),
    );
    expect(triggers.get('import')).toMatchObject({
      ...{ source: 'manual', ui, displayName: 'Import', description: 'Imports' },
      ...{ tags: ['data', 'admin'], persistData: false, retentionDays: 7 },
      schema: { type: 'object', required: ['a'] },
    });
  });

  it('is an event that runs its own actor, where it has one', async () => {
    const filter = () => true;
    const { triggers, faults } = await load(
      defineTrigger({
        ...{ name: 'user.created', type: 'event', source: 'auth-module', actor: 'log', filter },
        ...{ maxConcurrent: 2, config: { retentionDays: 90 } },
      }),
    );
    expect(faults).toEqual([]);
    expect(triggers.get('user.created')).toMatchObject({
      ...{ source: 'emit', eventType: 'user.created', actor: 'log' },
      ...{ maxConcurrent: 2, retentionDays: 90, tags: [] },
    });
    expect(triggers.codeOf('user.created')).toEqual({ filter });
  });

  it.each(['skip', 'queue', 'replace'] as const)(
    'has the overlap of its schedule: %s',
    async (overlap) => {
      const schedule = { cron: '0 2 * * *', timezone: 'America/New_York', enabled: true, overlap };
      const { triggers, faults } = await load(
        defineTrigger({ name: 'daily', type: 'schedule', schedule, actor: 'log', data: { a: 1 } }),
      );
      expect(faults).toEqual([]);
      expect(triggers.get('daily')).toMatchObject({
        ...{ overlap, data: { a: 1 }, schedule: { cron: '0 2 * * *', enabled: true } },
      });
    },
  );

  it.each([
    ['0 2 * * *', { cron: '0 2 * * *' }],
    [{ interval: '1h' as const }, { interval: 3_600_000 }],
    [{ at: '02:00' }, { at: '02:00' }],
    [{ every: { hours: 6 } }, { every: { hours: 6 } }],
  ])('fires by %j', async (schedule, expected) => {
    const { triggers } = await load(
      defineTrigger({ name: 'timed', type: 'schedule', schedule, actor: 'log' }),
    );
    expect(triggers.get('timed')?.schedule).toMatchObject(expected);
    expect(triggers.timed.map(({ name }) => name)).toEqual(['timed']);
  });

  it('and no actor says that it runs nothing, until something subscribes', async () => {
    const schedule = '0 2 * * *';
    const idle = defineTrigger({ name: 'daily', type: 'schedule', schedule });
    const alone = await load(idle);
    expect(alone.warnings).toEqual([
      'code [daily] it runs nothing: give it an actor, or let one subscribe to it',
    ]);
    expect(alone.triggers.timed).toEqual([]);
    const { warnings, triggers } = await load(
      idle,
      defineSubscription('flow', { triggers: ['daily'] }),
    );
    expect(warnings).toEqual([]);
    expect(triggers.timed.map(({ name }) => name)).toEqual(['flow.daily']);
  });
});

/** Code without types can say anything. */
const untyped = defineTrigger as unknown as (trigger: object) => Definition;

describe('a form with a fault', () => {
  it.each<[object, string]>([
    [
      { type: 'manual', scope: 'run' },
      'scope: an await makes the trigger that resumes a run: leave it out, or say flow',
    ],
    [
      { type: 'event', source: 'm', scope: 'run' },
      'scope: an await makes the trigger that resumes a run: leave it out, or say flow',
    ],
    [{ type: 'manual', scope: 'app' }, 'scope: expected flow'],
    [{ type: 'cron' }, 'type: expected one of event, manual, webhook, schedule'],
    [
      { type: 'manual', config: { rateLimit: { max: 1, window: 1000 } } },
      'config.rateLimit: only with "type: webhook"',
    ],
    [
      { type: 'manual', config: { ttl: 1 } },
      'config: unknown field "ttl" (known: persistData, retentionDays)',
    ],
    [
      { type: 'webhook', endpoint: { ...endpoint, path: 'shop' } },
      'endpoint.path: expected a path such as /webhooks/stripe',
    ],
    [
      { type: 'webhook', endpoint: { ...endpoint, method: 'GET' } },
      'endpoint.method: expected POST or PUT',
    ],
    [
      { type: 'webhook', endpoint: { path: '/a', auth: { type: 'custom' } } },
      'endpoint.auth.verify: expected a function (payload, signature, secret) => boolean',
    ],
    [
      { type: 'schedule', schedule: { cron: 'never' } },
      'schedule.cron: expected five fields, or six with seconds, such as 0 8 * * 1-5',
    ],
  ])('is reported under its name: %j', async (form, fault) => {
    const { faults } = await load(untyped({ name: 'broken', ...form }));
    expect(faults).toEqual([`code [broken] ${fault}`]);
  });

  it.each(['two words', '', '.hidden', 'a'.repeat(65)])('may be its name: %j', async (name) => {
    const { faults } = await load(untyped({ name, type: 'manual', actor: 'log' }));
    expect(faults).toEqual([expect.stringContaining('name: expected letters, digits')]);
  });

  it.each([undefined, {}, { type: 'none' }])(
    'is one whose senders prove nothing: %j',
    async (auth) => {
      const { faults, sources } = await load(
        untyped({ name: 'open', type: 'webhook', actor: 'log', endpoint: { path: '/open', auth } }),
      );
      expect(faults).toEqual([
        expect.stringMatching(/^code \[open\] endpoint\.auth\.type: expected/),
      ]);
      expect(sources.map(({ name }) => name)).not.toContain('custom-open');
    },
  );

  it('has the faults of the source that it makes', async () => {
    const auth = { type: 'signature', secret: 'x', header: 'x sig', colour: 'red' };
    const { faults } = await load(
      untyped({ name: 'hook', type: 'webhook', actor: 'log', endpoint: { path: '/a', auth } }),
    );
    expect(faults).toEqual([
      'code source custom-a: auth.header: expected the name of a header',
      expect.stringContaining('code source custom-a: auth: unknown field "colour"'),
    ]);
  });

  it('leaves what refers to it alone', async () => {
    const runtime = createRuntime();
    runtime.registrations.add(untyped({ name: 'broken', type: 'cron' }));
    runtime.onTrigger('broken', (_event, _context, next) => next());
    runtime.subscribe('flow', { triggers: ['broken'] });
    const { faults } = await readCode(runtime, ACTORS);
    expect(faults).toEqual([
      'code [broken] type: expected one of event, manual, webhook, schedule',
    ]);
  });
});
