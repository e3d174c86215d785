import { describe, expect, it } from 'vitest';
import { deliver, settle } from '../../helpers/gated-actor.ts';
import { ask, createTriggerScene, withData } from '../../helpers/trigger-scene.ts';

const TRIGGERS = [
  { name: 'review', eventType: 'pull_request', actor: 'work', tags: ['ci', 'team-a'] },
  { name: 'greet', eventType: ['issues.opened', 'pull_request.opened'], actor: 'gated' },
  { name: 'off', actor: 'work', enabled: false },
  {
    ...{ name: 'deploy', source: 'manual', actor: 'work', displayName: 'Deploy' },
    ui: { form: [{ name: 'version', type: 'text' }] },
    schema: { type: 'object', required: ['version'] },
  },
];

describe('a list of triggers', () => {
  it.each([
    ['', ['deploy', 'greet', 'off', 'review']],
    ['source=manual', ['deploy']],
    ['type=pull_request.opened', ['greet', 'off', 'review']],
    ['type=pull_request.closed&source=github', ['off', 'review']],
    ['type=issues&source=github&enabled_only=true', ['greet']],
    ['actor=gated', ['greet']],
    ['tag=ci', ['review']],
    ['status=disabled', ['off']],
    ['status=active', ['deploy', 'greet', 'review']],
    ['status=paused', []],
    ['enabled_only=true', ['deploy', 'greet', 'review']],
    ['enabled_only=false&source=nobody', []],
  ])('asked with "%s" has them by name', async (query, names) => {
    const { side } = createTriggerScene(TRIGGERS);
    const { items } = await side.listTriggers(ask(query));
    expect(items.map(({ name }) => name)).toEqual(names);
  });

  it.each(['colour=red', 'status=tired', 'enabled_only=perhaps', 'limit=1'])(
    'asked with "%s" is refused with 400',
    async (query) => {
      const { side } = createTriggerScene(TRIGGERS);
      await expect(side.listTriggers(ask(query))).rejects.toMatchObject({
        ...{ status: 400, code: 'query_invalid' },
      });
    },
  );
});

describe('one trigger', () => {
  it('has its definition with defaults, and the form of a manual one', async () => {
    const { side } = createTriggerScene(TRIGGERS);
    expect(await side.getTrigger('deploy')).toMatchObject({
      ...{ name: 'deploy', displayName: 'Deploy', status: 'active' },
      definition: {
        ...{ timeout: 300_000, retry: { maxAttempts: 5 }, whilePaused: 'hold' },
        ui: { form: [{ name: 'version', type: 'text' }] },
        schema: { required: ['version'] },
      },
      last24h: { runs: 0, averageMs: 0 },
    });
  });

  it('has what it did in the last day, and its newest run', async () => {
    const { side, post, drain, clock } = createTriggerScene(TRIGGERS);
    await post('a', { type: 'pull_request.closed' });
    await clock.advance(1000);
    await post('b', { ...withData({ isFailing: true }), type: 'pull_request.closed' });
    await drain();
    const { last24h, lastRun } = await side.getTrigger('review');
    expect(last24h).toMatchObject({ runs: 2, succeeded: 1, failed: 1, skipped: 0, attempts: 2 });
    expect(lastRun).toMatchObject({ eventId: 'b', status: 'failed' });
    await clock.advance(25 * 3_600_000);
    expect((await side.getTrigger('review')).last24h.runs).toBe(0);
  });

  it.each([
    ['revew', 'Did you mean "review"?'],
    ['something-else', 'See /api/v1/triggers.'],
    ['constructor', 'See /api/v1/triggers.'],
  ])('that is not there, such as "%s", is 404 and says where to look', async (name, hint) => {
    const { side } = createTriggerScene(TRIGGERS);
    const all = [
      ...[side.getTrigger(name), side.pauseTrigger(name, {}), side.resumeTrigger(name)],
      ...[side.listTriggerEvents(name, ask()), side.listTriggerRuns(name, ask())],
      side.explainTrigger(name, ask('type=push')),
    ];
    for (const one of all) {
      await expect(one).rejects.toMatchObject({ status: 404, code: 'trigger_not_found' });
      await expect(one).rejects.toThrow(hint);
    }
  });

  it('has events and runs of its own', async () => {
    const { side, post, drain } = createTriggerScene(TRIGGERS);
    await post('a', { type: 'pull_request.closed' });
    await post('b', { type: 'push' });
    await drain();
    const events = await side.listTriggerEvents('review', ask('limit=5'));
    expect(events.items.map(({ id }) => id)).toEqual(['a']);
    const runs = await side.listTriggerRuns('review', ask('status=succeeded&trigger=greet'));
    expect(runs.items.map(({ trigger }) => trigger)).toEqual(['review']);
  });
});

describe('statistics', () => {
  it('count triggers by state and source, and events by what has come of them', async () => {
    const scene = createTriggerScene([
      ...TRIGGERS,
      { name: 'once', actor: 'work', dedupe: { key: '{{ fields.action }}', window: '1h' } },
    ]);
    const { side, post, drain, clock } = scene;
    await side.pauseTrigger('greet', {});
    await post('a', { type: 'pull_request.closed' });
    await drain();
    await post('b', { ...withData({ isFailing: true, action: 'opened' }), type: 'pull_request' });
    await drain();
    await clock.advance(10_000);
    expect(await side.getTriggerStats()).toMatchObject({
      ...{ total_triggers: 5, active_triggers: 3, paused_triggers: 1, error_triggers: 0 },
      ...{ disabled_triggers: 1, total_events_24h: 2, successful_events_24h: 1 },
      ...{ failed_events_24h: 1, skipped_events_24h: 0, cancelled_events_24h: 0 },
      triggers_by_type: { github: 4, manual: 1 },
    });
    expect(await side.getTriggerStats()).toMatchObject({
      ...{ totalTriggers: 5, activeTriggers: 3, pausedTriggers: 1, errorTriggers: 0 },
      ...{ disabledTriggers: 1, totalEvents24h: 2, successfulEvents24h: 1, failedEvents24h: 1 },
      ...{ skippedEvents24h: 0, cancelledEvents24h: 0, triggersByType: { github: 4, manual: 1 } },
    });
  });

  it('count what limits have skipped, what was cancelled, and how long attempts took', async () => {
    const scene = createTriggerScene([
      { name: 'slow', actor: 'gated', maxConcurrent: 1, overlap: 'skip' },
    ]);
    const { side, post, gate, clock } = scene;
    await post('a');
    await deliver(scene);
    await post('b');
    await deliver(scene);
    await clock.advance(500);
    await gate.end('a');
    await post('c');
    await deliver(scene);
    await clock.advance(1500);
    const [running] = (await side.listTriggerRuns('slow', ask('status=running'))).items;
    await side.cancelRun(running?.id ?? '', { reason: 'enough' });
    await settle();
    const { triggers } = await side.getTriggerStats();
    expect(triggers).toMatchObject([
      {
        ...{ name: 'slow', status: 'active', runs: 3, succeeded: 1, skipped: 1, cancelled: 1 },
        ...{ failed: 0, attempts: 2, average_ms: 1000, max_ms: 1500 },
        ...{ averageMs: 1000, maxMs: 1500, lastRunAt: expect.stringMatching(/^2026-01-01T00:00:/) },
        last_run_at: expect.stringMatching(/^2026-01-01T00:00:/),
      },
    ]);
  });
});
