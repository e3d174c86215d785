import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAll } from '../../../shared/heddle/composition/read-definitions.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { loadKinds, sourceKinds } from '../../../shared/heddle/sources/kinds.ts';
import { readTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { createCode } from './code.ts';

const path = fileURLToPath(new URL('../../fixtures/seeds.yaml', import.meta.url));
const text = readFileSync(path, 'utf8');

/** An actor whose end starts one of the triggers; no trigger runs it. */
export const FETCHING_ACTOR = 'pipe_data_fetch';

const actors = readTriggers(readYaml(text)).map((trigger) => (trigger as Trigger).actor);

/** The triggers file, read as the app reads it. */
export const seeds = await readAll(
  { path },
  {
    actors: [...actors, FETCHING_ACTOR],
    kinds: await loadKinds(sourceKinds),
    runtime: createCode().registrations,
  },
);

/** The triggers in the table at the top of the file. */
export const listedTriggers: readonly string[] = [...text.matchAll(/^# {3}(\S+) +00\d /gm)].map(
  ([, name = '']) => name,
);
