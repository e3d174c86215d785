import { expect } from 'vitest';
import type { Actors } from '../../shared/heddle/actors/actor.ts';
import type { Registrations } from '../../shared/heddle/actors/registrations.ts';
import { readDefinitions } from '../../shared/heddle/composition/read-definitions.ts';
import { createSources } from '../../shared/heddle/composition/running-sources.ts';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import {
  type Executed,
  executeTrigger,
} from '../../shared/heddle/pipeline/commands/execute-trigger.ts';
import { SourceLog } from '../../shared/heddle/pipeline/counts/source-log.ts';
import { createReceiver } from '../../shared/heddle/pipeline/ingest/receive.ts';
import { loadKinds, sourceKinds } from '../../shared/heddle/sources/kinds.ts';
import type { Reply } from '../../shared/heddle/sources/source.ts';
import { createSnapshot } from './catalogue.ts';
import { createRequest, type RequestParts } from './sources.ts';
import { createWorld, silent, type World } from './world.ts';

export interface CodeWorld extends World {
  /** Warnings about what code has registered. */
  readonly warnings: readonly string[];
  /** Posts to `/webhooks/custom/{route}`. */
  post(route: string, request: RequestParts): Promise<Reply>;
  /** Executes as `POST /api/v1/triggers/{name}/execute` does. */
  execute(name: string, data: JsonObject): Promise<Executed>;
  /** Decisions about the newest event, without the other fields of the record. */
  decisions(): Promise<readonly object[]>;
}

interface CodeRuntime {
  readonly registrations: Registrations;
}

/** Reads definitions with what code has registered, as the app does. */
export async function readCode(
  { registrations: runtime }: CodeRuntime,
  actors: readonly string[],
  file: object = {},
) {
  const known = { actors, runtime, kinds: await loadKinds(sourceKinds) };
  const read = await readDefinitions({ json: JSON.stringify(file) }, known, true);
  return { ...read, triggers: createSnapshot(read.triggers, read.tools) };
}

/** The engine with the triggers and the endpoints of a runtime, which must have no faults. */
export async function createCodeWorld(runtime: CodeRuntime, actors: Actors): Promise<CodeWorld> {
  const { faults, warnings, sources } = await readCode(runtime, Object.keys(actors));
  expect(faults).toEqual([]);
  const world = createWorld([], actors, { runtime });
  const { engine, clock } = world;
  const receive = createReceiver(engine, {
    sources: createSources(sources, {
      readSecret: (setting) =>
        runtime.registrations.sources.readSecret(setting) ?? { setting, value: '' },
      fetchText: () => Promise.reject(new Error('the test has no network')),
    }),
    log: new SourceLog({ store: world.store, clock, logger: silent }),
    isDispatching: false,
  });
  return {
    ...{ ...world, warnings },
    post: (route, request) =>
      receive('custom', route, createRequest({ receivedAt: clock.now(), ...request })),
    execute: (name, data) => executeTrigger(engine, name, { data }),
    decisions: async () => (await world.events())[0]?.decisions ?? [],
  };
}
