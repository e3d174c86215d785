import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { createApiRequest } from '../../helpers/api-side.ts';
import { openKeptScene } from '../../helpers/kept-scene.ts';

/** Names of which each means itself only: nothing but `*` is a pattern. */
const NAMES = [
  'v2.core.account[requirements].updated',
  'Tag Push Hook',
  'orders/{id}?a=b&c=d#e',
  'a\\b (c) | ^d$ + e',
  'größe geändert 🧵',
  '100%25',
];

const toTrigger = (eventType: string, index: number) => ({
  ...{ name: `named-${index}`, source: 'custom', eventType, actor: 'Tell' },
});

describe('an event of any name', () => {
  let scene: Awaited<ReturnType<typeof openKeptScene>>;
  beforeAll(async () => {
    scene = await openKeptScene({
      sources: {
        custom: {
          ...{ auth: { kind: 'apiKey', in: 'header', name: 'x-key' }, secrets: ['CUSTOM_KEY'] },
          ...{ typePath: 'type', idPath: 'id' },
        },
      },
      env: { CUSTOM_KEY: 'key-of-custom' },
      now: 1_796_000_000,
      triggers: [
        ...NAMES.map(toTrigger),
        { ...toTrigger('v2.core.account[*].updated', 0), name: 'glob' },
        { ...toTrigger('v2.core.accountr.updated', 0), name: 'as-a-character-class' },
      ],
    });
    const headers = { 'x-key': 'key-of-custom', 'content-type': 'application/json' };
    for (const name of NAMES) {
      const body = JSON.stringify({ type: name, id: `id of ${name}` });
      const { status } = await scene.send({ path: '/webhooks/custom', headers, body });
      expect(status).toBe(202);
    }
    await scene.readAll();
  });
  afterAll(() => scene.test[Symbol.asyncDispose]());

  it.each(NAMES.map((name, index) => [name, index] as const))(
    'is matched literally, found and shown: %s',
    async (name, index) => {
      const runs = await scene.test.runs(`named-${index}`);
      expect(runs).toMatchObject([{ status: 'succeeded', eventType: name }]);
      const [id, type] = [`id of ${name}`, encodeURIComponent(name)];
      const list = createApiRequest({ method: 'GET', query: `type=${type}` });
      const listed = await scene.test.app.answer('api-events', list);
      expect(listed.json).toMatchObject({ items: [{ id, type: name }] });
      const one = createApiRequest({ method: 'GET', params: { id } });
      expect((await scene.test.app.answer('api-event', one)).json).toMatchObject({ id });
      const ofRuns = await scene.test.app.answer('api-runs', list);
      expect(ofRuns.json).toHaveProperty('items.0.eventType', name);
    },
  );

  it('is matched by a glob around its brackets, and never by what they would mean elsewhere', async () => {
    expect(await scene.test.runs('glob')).toHaveLength(1);
    expect(await scene.test.runs('as-a-character-class')).toEqual([]);
  });

  it('is a type that a file may name', () => {
    const file = { triggers: NAMES.map(toTrigger) };
    const { faults, triggers } = loadTriggers(readYaml(JSON.stringify(file)), {
      ...{ actors: ['Tell'], sources: ['custom'] },
    });
    expect(faults).toEqual([]);
    expect(triggers.map((trigger) => trigger.eventType)).toEqual(NAMES);
  });
});
