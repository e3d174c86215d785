import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';

class Work extends Actor {
  execute(): void {}
}

const SECRET = 'a secret of this test only';

async function describeOf(triggers: object, settings: Record<string, string> = {}) {
  const definition = { app: { actors: { work: Work } }, triggers, settings };
  await using test = await createTestApp(definition);
  return (await test.app.describe()) ?? '';
}

describe('what a start says of the app', () => {
  it('is each trigger with its events, its actor and its state', async () => {
    await using test = await createTestApp({
      app: { actors: { work: Work } },
      triggers: {
        triggers: [
          { name: 'prs', source: 'github', eventType: ['pull_request', 'push'], actor: 'work' },
          { name: 'off', source: 'emit', actor: 'work', enabled: false },
          { name: 'nightly', source: 'schedule', schedule: '0 2 * * *', actor: 'log' },
        ],
      },
    });
    await test.app.call('api-trigger-pause', {
      params: { name: 'prs' },
      body: { message: 'a freeze' },
    });
    const lines = ((await test.app.describe()) ?? '').split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'Triggers (3, 1 paused, 1 disabled):',
      '  nightly  schedule 0 2 * * * → log',
      '  off      emit * → work, disabled',
      '  prs      github pull_request, push → work, paused: a freeze',
    ]);
    expect(lines.at(-1)).toMatch(/^Actors \(\d+\): .*\blog\b.*\bwork\b/);
  });

  it('is every time of a schedule with several, and whose ends a completion is', async () => {
    const two = { at: ['02:00', '14:00'], timezone: 'Europe/Berlin' };
    const text = await describeOf({
      triggers: [
        { name: 'a-list', source: 'schedule', schedule: ['*/5 * * * *', two], actor: 'log' },
        { name: 'an-every', source: 'schedule', schedule: { every: { hours: 6 } }, actor: 'log' },
        {
          name: 'ended',
          source: 'completion',
          sourceTrigger: ['a-list', 'an-every'],
          actor: 'log',
        },
      ],
    });
    expect(text.split('\n').slice(1, 4)).toEqual([
      '  a-list    schedule */5 * * * *, 02:00, 14:00 (Europe/Berlin) → log',
      '  an-every  schedule {"hours":6} → log',
      '  ended     completion of a-list, an-every → log',
    ]);
  });

  it('has first the sources that refuse what is sent, and says which are disabled', async () => {
    const triggers = {
      triggers: [],
      sources: {
        gitea: { kind: 'github', secrets: ['NEVER_SET'] },
        old: { kind: 'github', enabled: false, secrets: ['GITHUB_WEBHOOK_SECRET'] },
      },
    };
    const lines = (await describeOf(triggers, { NEVER_SET: '' })).split('\n');
    const first = lines.findIndex((line) => line.startsWith('Sources'));
    expect(lines[first + 1]).toMatch(/^ {2}gitea +\/webhooks\/github\/gitea: NEVER_SET missing: /);
    expect(lines.join('\n')).toMatch(/^ {2}old +\/webhooks\/github\/old: disabled, /m);
  });

  it('is which secrets are there by the names of their settings, and no value', async () => {
    const triggers = {
      triggers: [
        { name: 'prs', source: 'github', actor: 'work' },
        { name: 'chat', source: 'slack', actor: 'work' },
        { name: 'any', source: 'open', actor: 'work', requireVerification: false },
      ],
      sources: { open: { kind: 'custom', auth: { kind: 'none' }, requireVerification: false } },
    };
    const text = await describeOf(triggers, {
      GITHUB_WEBHOOK_SECRET: SECRET,
      SLACK_SIGNING_SECRET: '',
      SLACK_SIGNING_SECRET_2: '',
    });
    expect(text).toMatch(/ github +\/webhooks\/github: GITHUB_WEBHOOK_SECRET, \S+ present$/m);
    expect(text).toMatch(
      / slack +\/webhooks\/slack: SLACK_SIGNING_SECRET missing: what is sent is refused$/m,
    );
    expect(text).toMatch(/ open +\/webhooks\/custom\/open: takes what anybody sends$/m);
    expect(text).not.toContain(SECRET);
  });

  it('is bounded, however many triggers there are', async () => {
    const triggers = Array.from({ length: 1000 }, (_, n) => ({
      ...{
        name: `t-${String(n).padStart(4, '0')}`,
        source: 'emit',
        eventType: `e${n}`,
        actor: 'log',
      },
    }));
    const text = await describeOf({ triggers });
    expect(text).toContain('Triggers (1000):');
    expect(text).toContain('  … and 980 more: GET /api/v1/triggers');
    expect(text.split('\n').length).toBeLessThan(60);
  });
});
