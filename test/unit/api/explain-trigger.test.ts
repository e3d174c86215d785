import { describe, expect, it } from 'vitest';
import { toEventKey } from '../../../shared/heddle/domain/ids.ts';
import { EVENTS } from '../../../shared/heddle/ports/collections.ts';
import { TriggerRegistry } from '../../../shared/heddle/triggers/catalogue/registry.ts';
import { createApiSide } from '../../helpers/api-side.ts';
import { ask, createTriggerScene, type TriggerScene } from '../../helpers/trigger-scene.ts';
import { toTriggers } from '../../helpers/world.ts';

describe('why a trigger did not run for an event', () => {
  const TRIGGERS = [
    { name: 'review', eventType: 'pull_request', actor: 'work' },
    { name: 'asleep', eventType: 'pull_request', actor: 'work' },
    { name: 'off', eventType: 'pull_request', actor: 'work', enabled: false },
    { name: 'pushes', eventType: ['push', 'create.*'], actor: 'work' },
    { name: 'alarms', source: 'cloudwatch', actor: 'work' },
  ];

  async function explain(scene: TriggerScene, name: string, query: string) {
    return (await scene.side.explainTrigger(name, ask(query))).json;
  }

  it('is what was decided then, where anything was', async () => {
    const scene = createTriggerScene(TRIGGERS);
    await scene.post('a');
    await scene.drain();
    expect(await explain(scene, 'review', 'event=a')).toMatchObject({
      ...{ basis: 'then', outcome: 'matched', run: { status: 'succeeded' } },
    });
    const { toText } = await scene.side.explainTrigger('off', ask('event=a&source=github'));
    expect(toText()).toBe('off  no: enabled expected true, found false (at present: disabled)\n');
  });

  it.each([
    [
      'pushes',
      'eventType',
      'no, as it is now: eventType expected ["push","create.*"], found "pull_request.opened"',
    ],
    ['alarms', 'source', 'no, as it is now: source expected "cloudwatch", found "github"'],
  ])('is, for %s, its %s as it is now', async (name, clause, text) => {
    const scene = createTriggerScene(TRIGGERS);
    await scene.post('a');
    await scene.drain();
    expect(await explain(scene, name, 'event=a')).toMatchObject({
      ...{ basis: 'now', outcome: 'unmatched', clause, text },
    });
  });

  it('is, for a trigger newer than the event, what it says now', async () => {
    const before = createTriggerScene(TRIGGERS);
    await before.post('a');
    await before.drain();
    const newer = toTriggers({ name: 'new', actor: 'work', conditions: { action: 'opened' } });
    const engine = { ...before.engine, triggers: new TriggerRegistry(newer) };
    const scene = { ...before, side: createApiSide(engine, before.log) };
    expect(await explain(scene, 'new', 'event=a')).toMatchObject({
      ...{ basis: 'now', outcome: 'matched', text: 'it would match, as it is now' },
    });
    const stored = await scene.store.read(EVENTS, toEventKey('github', 'a'));
    if (!stored) throw new Error('it is not recorded');
    const stripped = { ...stored.document, data: {}, fields: {}, isStripped: true as const };
    await scene.store.replace(EVENTS, stripped, stored.etag);
    expect(await explain(scene, 'new', 'event=a')).toMatchObject({ outcome: 'candidate' });
  });

  it('asked by type is whether it takes such events', async () => {
    const scene = createTriggerScene(TRIGGERS);
    await scene.side.pauseTrigger('asleep', { message: 'a freeze' });
    expect(await explain(scene, 'review', 'type=pull_request.closed')).toMatchObject({
      ...{ basis: 'now', outcome: 'candidate' },
      text: 'it is asked about such events: its conditions decide',
    });
    expect(await explain(scene, 'asleep', 'type=pull_request')).toMatchObject({
      ...{ outcome: 'candidate', present: 'paused: a freeze' },
    });
    expect(await explain(scene, 'off', 'type=pull_request')).toMatchObject({ clause: 'enabled' });
    expect(await explain(scene, 'pushes', 'type=pushed')).toMatchObject({ clause: 'eventType' });
    expect(await explain(scene, 'alarms', 'type=x&source=github')).toMatchObject({
      clause: 'source',
    });
  });

  it.each(['', 'event=a&type=push', 'source=github', 'trigger=x'])(
    'asked with "%s" is 400',
    async (query) => {
      const scene = createTriggerScene(TRIGGERS);
      await expect(explain(scene, 'review', query)).rejects.toMatchObject({
        ...{ status: 400, code: 'query_invalid' },
      });
    },
  );
});
