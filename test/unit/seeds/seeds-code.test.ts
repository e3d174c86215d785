import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { ActorClass } from '../../../shared/heddle/actors/actor.ts';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { Ticker } from '../../../shared/heddle/pipeline/schedules/ticker.ts';
import { createCodeWorld } from '../../helpers/code-world.ts';
import { createEvent } from '../../helpers/factories.ts';
import { echoing } from '../../helpers/shop.ts';

// Snippets of the seed documents as they stand there: `runtime` is what they call useTriggers(), and
// z.record has the key's schema too, which zod asks for since version 4.

const echo: ActorClass = echoing.echo ?? expect.fail();

describe('an event of a module', () => {
  it('starts the flows that subscribe to it', async () => {
    const runtime = createRuntime();
    const { registerTrigger, emitTrigger } = runtime;
    const userCreated = registerTrigger({
      name: 'user.created',
      type: 'event',
      scope: 'flow', // Entry trigger
      displayName: 'User Created',
      description: 'Triggered when a new user signs up',
      source: 'auth-module',
      schema: z.object({
        userId: z.string(),
        email: z.string().email(),
        name: z.string(),
        metadata: z.record(z.string(), z.any()).optional(),
      }),
      config: {
        persistData: true,
        retentionDays: 90,
      },
    });
    registerTrigger({
      name: 'form.submitted',
      type: 'event',
      source: 'form-module',
    });
    runtime.subscribe('welcome-flow', { triggers: ['user.created'], mode: 'auto' });
    runtime.subscribe('approval-flow', { triggers: ['form.submitted'], mode: 'auto' });
    const world = await createCodeWorld(runtime, { 'welcome-flow': echo, 'approval-flow': echo });
    const user = { userId: 'u1', email: 'ada@example.org', name: 'Ada' };
    await emitTrigger(userCreated, user);
    await world.drain();
    expect(await world.runs()).toMatchObject([
      { trigger: 'welcome-flow.user.created', output: { ...user, module: 'auth-module' } },
    ]);
  });
});

describe('a cron schedule', () => {
  it('starts the flow that subscribes to it', async () => {
    const runtime = createRuntime();
    const { registerTrigger } = runtime;
    registerTrigger({
      name: 'daily.cleanup',
      type: 'schedule',
      scope: 'flow', // Entry trigger
      displayName: 'Daily Cleanup',
      schedule: {
        cron: '0 2 * * *', // 2 AM daily
        timezone: 'America/New_York',
        enabled: true,
        overlap: 'skip', // skip, queue, or replace
      },
      data: {
        type: 'cleanup',
        retentionDays: 30,
      },
      config: {
        persistData: true,
        retentionDays: 90,
      },
    });
    runtime.subscribe('cleanup-flow', { triggers: ['daily.cleanup'] });
    const world = await createCodeWorld(runtime, { 'cleanup-flow': echo });
    expect(world.engine.triggers.get('cleanup-flow.daily.cleanup')).toMatchObject({
      ...{ displayName: 'Daily Cleanup', overlap: 'skip', retentionDays: 90 },
    });
    const ticker = new Ticker(world.engine);
    // The first tick sees the schedule; two in the morning in New York is seven in UTC.
    const due = Date.parse('2026-12-01T07:00:00Z');
    await world.clock.advance(due - 60_000 - world.clock.now());
    await ticker.tick();
    await world.clock.advance(60_000);
    await ticker.tick();
    await world.drain();
    expect(await world.runs()).toMatchObject([
      {
        trigger: 'cleanup-flow.daily.cleanup',
        output: { type: 'cleanup', retentionDays: 30, scheduledTime: '2026-12-01T07:00:00.000Z' },
      },
    ]);
  });
});

describe('a manual trigger', () => {
  it('is executed with data of its schema, and shows its form', async () => {
    const runtime = createRuntime();
    const { registerTrigger } = runtime;
    registerTrigger({
      name: 'manual.data.import',
      type: 'manual',
      scope: 'flow', // Entry trigger
      displayName: 'Import Data',
      description: 'Manually import data from external source',
      source: 'admin',
      schema: z.object({
        source: z.enum(['csv', 'api', 'database']),
        options: z.record(z.string(), z.any()),
      }),
      ui: {
        icon: 'upload',
        color: 'blue',
        form: [
          {
            name: 'source',
            type: 'select',
            label: 'Data Source',
            options: [
              { value: 'csv', label: 'CSV File' },
              { value: 'api', label: 'External API' },
              { value: 'database', label: 'Database' },
            ],
          },
          {
            name: 'options',
            type: 'json',
            label: 'Options (JSON)',
          },
        ],
      },
    });
    runtime.subscribe('import-flow', { triggers: ['manual.data.import'] });
    const world = await createCodeWorld(runtime, { 'import-flow': echo });
    const data = { source: 'csv', options: { filePath: '/uploads/data.csv' } };
    await world.execute('manual.data.import', data);
    await world.drain();
    expect(await world.runs()).toMatchObject([
      { trigger: 'import-flow.manual.data.import', output: data },
    ]);
    for (const name of ['manual.data.import', 'import-flow.manual.data.import']) {
      expect(world.engine.triggers.get(name)?.ui?.form).toHaveLength(2);
    }
    await expect(
      world.execute('manual.data.import', { source: 'ftp', options: {} }),
    ).rejects.toMatchObject({ status: 422 });
  });
});

describe('a hook that invokes an actor', () => {
  it('measures it, and its result is the output', async () => {
    const runtime = createRuntime();
    class MyActor extends Actor {
      execute() {
        return { done: true };
      }
    }
    const actorType = 'my-actor';
    const console = { log: vi.fn() };
    runtime.registerTrigger('my-trigger', { source: 'github', actor: actorType });
    runtime.onTrigger('my-trigger', async (event, context) => {
      const startTime = Date.now();

      // Process event
      const result = await runtime.invokeActor(actorType, event, context);

      // Log metrics
      console.log({
        eventType: event.type,
        duration: Date.now() - startTime,
        success: result.success,
        actorId: result.actorId,
      });

      return result;
    });
    const world = await createCodeWorld(runtime, { [actorType]: MyActor });
    await world.send(createEvent());
    await world.drain();
    const actorId = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(console.log.mock.calls).toMatchObject([
      [{ eventType: 'pull_request.opened', success: true, actorId }],
    ]);
    expect(await world.runs()).toMatchObject([
      { status: 'succeeded', output: { success: true, output: { done: true }, actorId } },
    ]);
  });
});
