import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { readDefinitions } from '../../../shared/heddle/composition/read-definitions.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { MAX_MATCH_FAILURES } from '../../../shared/heddle/pipeline/engine/trigger-states.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { answer } from '../../helpers/api-side.ts';
import { createSnapshot } from '../../helpers/catalogue.ts';
import { createWorld, toTriggers, type World, type WorldParts } from '../../helpers/world.ts';

class Importer extends Actor {
  execute(input: JsonObject) {
    const { _trigger_event: _about, ...rest } = input;
    return rest;
  }
}
const actors = defineActors({ importer: Importer });

/** A trigger as in the triggers file. */
const dataImport = {
  name: 'manual.data.import',
  displayName: 'Import Data',
  description: 'Manually import data from external source',
  source: 'manual',
  actor: 'importer',
  schema: {
    type: 'object',
    properties: { source: { enum: ['csv', 'api', 'database'] }, options: { type: 'object' } },
    required: ['source', 'options'],
  },
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
      { name: 'options', type: 'json', label: 'Options (JSON)' },
    ],
  },
};
const data = { source: 'csv', options: { filePath: '/uploads/data.csv' } };

function createScene(triggers: readonly object[] = [dataImport], parts: WorldParts = {}) {
  return createWorld(toTriggers(...triggers), actors, parts);
}

function execute(
  world: World,
  name: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  return answer(world.engine, 'api-trigger-execute', { params: { name }, headers, body });
}

describe('a manual trigger', () => {
  it('runs with the data of the request', async () => {
    const world = createScene();
    const { status, json } = await execute(world, 'manual.data.import', data);
    await world.drain();
    expect(status).toBe(202);
    const [run] = await world.runs();
    expect(json).toEqual({ eventId: run?.eventId, runId: run?.id });
    expect(run).toMatchObject({ trigger: 'manual.data.import', output: data });
    expect(await world.events()).toMatchObject([
      { source: 'manual', type: 'manual.data.import', subject: 'manual.data.import', data },
    ]);
  });

  it('runs alone, whatever others are called', async () => {
    const named = (name: string) => ({ name, source: 'manual', actor: 'importer' });
    const names = [
      'manual',
      'manual.data',
      'manual.data.import.all',
      'other',
      'manual.data.import',
    ];
    const world = createScene(names.map(named));
    await execute(world, 'manual.data.import', {});
    await world.drain();
    expect((await world.runs()).map(({ trigger }) => trigger)).toEqual(['manual.data.import']);
  });

  it('runs others too that take its type', async () => {
    const follower = { name: 'audit', source: 'manual', actor: 'importer' };
    const world = createScene([dataImport, { ...follower, eventType: 'manual.data.import' }]);
    await execute(world, 'manual.data.import', data);
    await world.drain();
    const names = (await world.runs()).map(({ trigger }) => trigger);
    expect(names.sort()).toEqual(['audit', 'manual.data.import']);
  });

  it('runs once for one idempotency key, in quotes or without', async () => {
    const world = createScene();
    const key = { 'idempotency-key': 'import-7' };
    const first = await execute(world, 'manual.data.import', data, key);
    await world.drain();
    const quoted = { 'idempotency-key': '"import-7"' };
    const again = await execute(world, 'manual.data.import', data, quoted);
    await world.drain();
    expect(again).toEqual(first);
    expect(first.json).toMatchObject({ eventId: 'manual.data.import:import-7' });
    expect(await world.runs()).toHaveLength(1);
  });

  it('runs under the idempotency key of another trigger', async () => {
    const named = (name: string) => ({ name, source: 'manual', actor: 'importer' });
    const world = createScene(['first', 'second'].map(named));
    const key = { 'idempotency-key': 'order-7' };
    await execute(world, 'first', {}, key);
    const { json } = await execute(world, 'second', {}, key);
    await world.drain();
    const runs = await world.runs();
    expect(runs.map(({ trigger }) => trigger).sort()).toEqual(['first', 'second']);
    expect(json).toMatchObject({ runId: runs.find(({ trigger }) => trigger === 'second')?.id });
  });

  it('needs no data where it has no schema', async () => {
    const world = createScene([{ name: 'plain', source: 'manual', actor: 'importer' }]);
    await execute(world, 'plain', undefined);
    await world.drain();
    expect(await world.runs()).toMatchObject([{ output: { fields: { trigger: 'plain' } } }]);
  });

  it('is held while it is paused, as it says', async () => {
    const world = createScene();
    await pauseTrigger(world.engine, 'manual.data.import', { by: 'operator', message: 'holidays' });
    expect(await execute(world, 'manual.data.import', data)).toMatchObject({ status: 202 });
    await world.drain();
    expect(await world.runs()).toMatchObject([{ status: 'queued', held: { limit: 'paused' } }]);
  });
});

describe('an execution is refused', () => {
  it('where the data does not fit the schema, with the paths and without the values', async () => {
    const world = createScene();
    const wrong = execute(world, 'manual.data.import', { source: 'ftp' });
    await expect(wrong).rejects.toMatchObject({
      ...{ status: 422, code: 'schema_mismatch' },
      message:
        'The payload does not fit the schema of trigger "manual.data.import" at: /source, /options',
    });
    expect(await world.queue.depth()).toBe(0);
  });

  const disabled = { ...dataImport, enabled: false };
  const choosy = { ...dataImport, conditions: { source: ['api', 'database'] } };
  it.each([
    ['there is no such trigger', [], 404, 'trigger_not_found', 'There is no trigger'],
    [
      'the trigger takes events of senders',
      [{ name: 'manual.data.import', actor: 'importer' }],
      ...[409, 'trigger_not_manual', 'only one with "source: manual" can be executed'],
    ],
    ['it is not enabled', [disabled], 409, 'trigger_disabled', 'say "enabled: true"'],
    [
      'its conditions do not hold',
      [choosy],
      ...[409, 'trigger_unmatched', 'conditions.source must be ["api","database"]'],
    ],
  ] as const)('where %s', async (_, triggers, status, code, message) => {
    const world = createScene(triggers as readonly object[]);
    await expect(execute(world, 'manual.data.import', data)).rejects.toMatchObject({
      ...{ status, code },
      message: expect.stringContaining(String(message)),
    });
  });

  it('where its filter in code cannot say, and then while it is in error', async () => {
    const runtime = createRuntime();
    runtime.extendTrigger('manual.data.import', {
      filter() {
        throw new Error('broken');
      },
    });
    const world = createScene([dataImport], { runtime });
    await expect(execute(world, 'manual.data.import', data)).rejects.toMatchObject({
      ...{ status: 409, code: 'trigger_unmatched' },
      message: expect.stringContaining('cannot say whether it matches'),
    });
    for (let count = 0; count < MAX_MATCH_FAILURES; count++) {
      world.engine.states.noteMatched('manual.data.import', new Error('broken'));
    }
    while (world.engine.states.of('manual.data.import') === undefined) {
      await new Promise(setImmediate);
    }
    await expect(execute(world, 'manual.data.import', data)).rejects.toMatchObject({
      ...{ status: 409, code: 'trigger_in_error' },
    });
  });

  it.each([
    ['no object', [1], {}, 400, 'payload_malformed'],
    ['of another type', data, { 'content-type': 'text/plain' }, 415, 'media_type_unsupported'],
    ['under a key with spaces', data, { 'idempotency-key': 'a b' }, 400, 'emit_invalid'],
  ])('where the body is %s', async (_, body, headers, status, code) => {
    const world = createScene();
    const refused = execute(world, 'manual.data.import', body, headers);
    await expect(refused).rejects.toMatchObject({ status, code });
  });
});

describe('a manual trigger in code', () => {
  function createRuntimeWithForm() {
    const runtime = createRuntime();
    runtime.registerTrigger({
      name: 'manual.data.import',
      type: 'manual',
      displayName: 'Import Data',
      description: 'Manually import data from external source',
      source: 'admin',
      actor: 'importer',
      schema: z
        .object({
          source: z.enum(['csv', 'api', 'database']),
          options: z.record(z.string(), z.unknown()),
        })
        .refine(({ source, options }) => source !== 'csv' || 'filePath' in options, {
          path: ['options', 'filePath'],
        }),
      transform: ({ data: { source, options } }) => ({ from: source, file: `${options.filePath}` }),
      ui: { icon: 'upload', form: [{ name: 'source', type: 'text' }] },
    });
    return runtime;
  }

  it('runs, and its transform knows the schema', async () => {
    const world = createScene([], { runtime: createRuntimeWithForm() });
    await execute(world, 'manual.data.import', data);
    await world.drain();
    expect(await world.runs()).toMatchObject([
      { output: { from: 'csv', file: '/uploads/data.csv' } },
    ]);
  });

  it('is checked by the schema itself, which says more than JSON Schema can', async () => {
    const world = createScene([], { runtime: createRuntimeWithForm() });
    const wrong = execute(world, 'manual.data.import', { source: 'csv', options: {} });
    await expect(wrong).rejects.toMatchObject({ status: 422, code: 'schema_mismatch' });
  });

  it('shows its schema as JSON Schema, and who offers it as a tag', async () => {
    const { registrations } = createRuntimeWithForm();
    const known = { actors: ['importer'], kinds: [], runtime: registrations };
    const { triggers, tools, faults } = await readDefinitions({ json: '{}' }, known, true);
    expect(faults).toEqual([]);
    expect(createSnapshot(triggers, tools).get('manual.data.import')).toMatchObject({
      ...{ source: 'manual', tags: ['admin'], displayName: 'Import Data' },
      schema: {
        type: 'object',
        properties: { source: { enum: ['csv', 'api', 'database'] } },
        required: ['source', 'options'],
      },
    });
  });
});

describe('a manual trigger of the file', () => {
  it.each([['*'], [['a', 'b']], ['import.*']])('has no type %j, which is not one', (eventType) => {
    const parsed = TriggerSchema.safeParse({ ...dataImport, eventType });
    expect(parsed.error?.issues).toMatchObject([{ path: ['eventType'] }]);
  });

  it('has a fault where its schema cannot be used', async () => {
    const json = JSON.stringify({ triggers: [{ ...dataImport, schema: { type: 'text' } }] });
    const { faults } = await readDefinitions({ json }, { actors: ['importer'], kinds: [] }, true);
    expect(faults).toEqual([expect.stringMatching(/\[manual\.data\.import\] schema: /)]);
  });
});
