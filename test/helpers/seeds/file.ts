import { readFileSync } from 'node:fs';
import type { Trigger } from '../../../shared/domain/trigger.ts';
import { BUILT_IN_SOURCES } from '../../../shared/sources/built-in.ts';
import { loadKinds, sourceKinds } from '../../../shared/sources/kinds.ts';
import { loadSources } from '../../../shared/sources/load.ts';
import { loadTriggers, readTriggers } from '../../../shared/triggers/load.ts';
import { findPathFaults } from '../../../shared/triggers/mapping.ts';
import { loadMatchTools } from '../../../shared/triggers/match-tools.ts';
import { findTemplateFaults } from '../../../shared/triggers/template-faults.ts';
import { findConditionFaults } from '../../../shared/triggers/trigger-matcher.ts';
import { readYaml } from '../../../shared/yaml.ts';

const text = readFileSync(new URL('../../fixtures/seeds.yaml', import.meta.url), 'utf8');

/** Sources that the test feeds with events as they would normalize them. */
const FED_SOURCES = ['polls', 'files', 'redis'];

/** Whose end starts one of the triggers; none of them runs it. */
export const FETCHING_ACTOR = 'pipe_data_fetch';

/** The triggers file, read as the app reads it. */
export const seeds = await readSeeds();

/** The triggers that the table at the top of the file names. */
export const listedTriggers: readonly string[] = [...text.matchAll(/^# {3}(\S+) +00\d /gm)].map(
  ([, name = '']) => name,
);

async function readSeeds() {
  const read = readYaml(text);
  const { sources, faults } = loadSources(read, await loadKinds(sourceKinds));
  const written = readTriggers(read);
  const tools = await loadMatchTools(written);
  const actors = written.map((trigger) => (trigger as Trigger).actor);
  const loaded = loadTriggers(read, {
    actors: [...actors, FETCHING_ACTOR],
    sources: [...sources.map(({ name }) => name), ...BUILT_IN_SOURCES, ...FED_SOURCES],
    ...{ findTemplateFaults, findPathFaults },
    findConditionFaults: (trigger) => findConditionFaults(trigger, tools),
  });
  const { triggers, warnings } = loaded;
  return { sources, triggers, warnings, faults: [...faults, ...loaded.faults] };
}
