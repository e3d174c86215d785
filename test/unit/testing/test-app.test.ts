import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { defineEvents } from '../../../shared/heddle/actors/module-event.ts';
import { createTestApp, heddleMatchers } from '../../../shared/heddle/testing/index.ts';

const PUSHES = [{ name: 'push', source: 'github', eventType: 'push', actor: 'log' }];

class Slow extends Actor {
  async execute(): Promise<string> {
    await wait(400);
    return 'waited for';
  }
}

describe('a test app', () => {
  it('explains what ran for an event and why nothing else did', async () => {
    const triggers = [
      ...PUSHES,
      { name: 'main', source: 'github', actor: 'log', conditions: { ref: 'refs/heads/main' } },
    ];
    await using app = await createTestApp({ triggers });
    await expect(app.explain()).rejects.toThrow('There is no event yet');
    const { events } = await app.deliver('github', 'push');
    const { text, triggers: decided } = await app.explain();
    expect(text).toContain('conditions.ref expected "refs/heads/main"');
    expect(decided).toMatchObject([{ outcome: 'matched' }, { outcome: 'unmatched' }]);
    await app.deliver('github', 'issues.opened');
    expect((await app.explain(events[0])).text).toContain('push  yes: run');
    expect((await app.events()).map(({ type }) => type)).toEqual(['push', 'issues.opened']);
  });

  it('emits, executes and answers what came of it', async () => {
    const schema = z.object({ email: z.email() });
    const events = defineEvents({ 'user.created': { source: 'auth', schema } });
    const runtime = createRuntime({ events });
    runtime.registerTrigger({ type: 'manual', name: 'by-hand', actor: 'log', schema });
    runtime.registerTrigger('welcome', { source: 'emit', actor: 'log' });
    await using app = await createTestApp({ app: { runtime } });
    const { runs } = await app.emit('user.created', { email: 'ada@example.org' });
    expect(runs).toMatchObject([{ trigger: 'welcome', status: 'succeeded' }]);
    const executed = await app.execute('by-hand', { email: 'ada@example.org' });
    expect(executed.runs).toMatchObject([{ trigger: 'by-hand', status: 'succeeded' }]);
    const refused = { code: 'schema_mismatch' };
    await expect(app.emit('user.created', { email: 'ada' })).rejects.toMatchObject(refused);
    await expect(app.execute('by-hand', {})).rejects.toMatchObject(refused);
    await runtime.emitTrigger('user.created', { email: 'eve@example.org' });
    expect((await app.advance(0)).runs).toHaveLength(1);
  });

  it('opens with a file, a text or a list of triggers, and says what is wrong with them', async () => {
    await using file = await createTestApp({ triggers: 'infra/examples/all-sources.yaml' });
    expect((await file.health()).triggers).toBe(13);
    const text = 'triggers:\n  - { name: push, source: github, actor: log }\n';
    await using short = await createTestApp({ triggers: text });
    expect((await short.health()).triggers).toBe(1);
    const wrong = createTestApp({ triggers: [{ name: 'a', source: 'githob', actor: 'log' }] });
    await expect(wrong).rejects.toThrow('did you mean github');
    await expect(createTestApp({ triggers: 'a: [\n' })).rejects.toThrow('line 2');
    await expect(createTestApp({ triggers: 'missing.yaml' })).rejects.toThrow('missing.yaml');
    const inCode = [{ ...PUSHES[0], filter: () => true }];
    await expect(createTestApp({ triggers: inCode })).rejects.toThrow('pass it with app');
    await expect(createTestApp({ now: 'noon' })).rejects.toThrow('found "noon"');
  });

  it('gives the same runs for the same calls', async () => {
    const play = async () => {
      await using app = await createTestApp({
        triggers: [
          ...PUSHES,
          { name: 'daily', source: 'schedule', schedule: '0 9 * * *', actor: 'log' },
        ],
      });
      await app.deliver('github', 'push');
      await app.emit('order.paid', { id: 1 });
      await app.deliver('grafana', 'alert.firing');
      await app.advance('3d');
      const events = (await app.events()).map(({ runs: _, ...event }) => event);
      return { runs: await app.runs(), events, logs: app.logs };
    };
    expect(await play()).toEqual(await play());
  });

  it('waits for actors that do real work', async () => {
    const triggers = [{ name: 'push', source: 'github', actor: 'slow' }];
    await using app = await createTestApp({ triggers, app: { actors: { slow: Slow } } });
    const { runs } = await app.deliver('github', 'push');
    expect(runs).toMatchObject([{ status: 'succeeded', output: 'waited for' }]);
  });

  it('starts no timer', async () => {
    const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')];
    const triggers = [{ name: 'daily', source: 'schedule', schedule: '0 9 * * *', actor: 'log' }];
    await using app = await createTestApp({ triggers });
    await app.advance('2d');
    for (const timer of timers) expect(timer).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('runs several events at once where an actor waits for the test', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    class Gated extends Actor {
      execute(): Promise<void> {
        return promise;
      }
    }
    const triggers = [{ name: 'one', source: 'github', actor: 'gated', maxConcurrent: 1 }];
    await using app = await createTestApp({ triggers, app: { actors: { gated: Gated } } });
    expect((await app.deliver('github', 'push')).runs).toMatchObject([{ status: 'running' }]);
    const held = { status: 'queued', held: { limit: 'maxConcurrent' } };
    expect((await app.deliver('github', 'push')).runs).toMatchObject([held]);
    resolve();
    await app.drain();
    const statuses = (await app.runs()).map(({ status }) => status);
    expect(statuses).toEqual(['succeeded', 'succeeded']);
  });

  it('is stopped while an actor waits, and takes no harm of its end', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    class Gated extends Actor {
      async execute(): Promise<void> {
        await promise;
        this.updateState({ late: true });
        ended.resolve();
      }
    }
    const triggers = [{ name: 'one', source: 'github', actor: 'gated' }];
    const app = await createTestApp({ triggers, app: { actors: { gated: Gated } } });
    await app.deliver('github', 'push');
    await app.stop();
    resolve();
    await ended.promise;
    const next = await createTestApp({ triggers: PUSHES });
    expect((await next.deliver('github', 'push')).runs).toHaveLength(1);
    await next.stop();
  });

  it('answers the HTTP client of its actors, which has no network otherwise', async () => {
    const url = 'https://example.org/hook';
    const triggers = [{ name: 'call', source: 'emit', actor: 'http', defaultInputs: { url } }];
    const asked: string[] = [];
    await using app = await createTestApp({
      triggers,
      http: ({ method, url }) => {
        asked.push(`${method} ${url}`);
        return { status: 200 };
      },
    });
    expect((await app.emit('x')).runs).toMatchObject([{ status: 'succeeded' }]);
    expect(asked).toEqual([`POST ${url}`]);
    await using alone = await createTestApp({ triggers });
    const error = { code: 'test_without_network' };
    expect((await alone.emit('x')).runs).toMatchObject([{ status: 'failed', error }]);
  });

  it('answers a sender that waits for its run', async () => {
    class Reply extends Actor {
      execute() {
        return { text: 'deploying' };
      }
    }
    const triggers = [{ name: 'deploy', source: 'slack', actor: 'reply' }];
    await using app = await createTestApp({ triggers, app: { actors: { reply: Reply } } });
    const { status, body } = await app.deliver('slack', 'slash_command');
    expect({ status, body }).toMatchObject({ status: 200 });
  });

  it('pauses and resumes through the app itself', async () => {
    await using app = await createTestApp({ triggers: PUSHES });
    const params = { name: 'push' };
    await app.app.call('api-trigger-pause', { params, body: { message: 'a freeze' } });
    expect((await app.deliver('github', 'push')).runs).toMatchObject([{ status: 'queued' }]);
    await app.app.call('api-trigger-resume', { params });
    await app.advance(0);
    expect(await app.runs('push')).toMatchObject([{ status: 'succeeded' }]);
  });
});

describe('the matchers', () => {
  it('say why a trigger has not run, and how a run has failed', async () => {
    await using app = await createTestApp({ triggers: PUSHES });
    const { toHaveRun, toHaveSucceeded, toHaveFailed } = heddleMatchers;
    expect((await toHaveRun(app, 'push')).message()).toContain('there is no event');
    const { runs } = await app.deliver('github', 'push');
    expect(await toHaveRun(app, 'push')).toMatchObject({ pass: true });
    expect(await toHaveRun(app, 'push', 2)).toMatchObject({ pass: false });
    await app.deliver('github', 'issues.opened');
    const { message } = await toHaveRun(app, 'push', 2);
    expect(message()).toContain('eventType expected ["push"], found "issues.opened"');
    const [run] = runs;
    if (!run) throw new Error('it has run');
    expect(toHaveSucceeded(run)).toMatchObject({ pass: true });
    expect(toHaveFailed(run).message()).toContain('that failed, found succeeded');
  });
});
