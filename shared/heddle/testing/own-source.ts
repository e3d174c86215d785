import { BUILT_IN_SOURCES } from '../connectors/built-in-sources.ts';
import { loadKinds, sourceKinds } from '../sources/kinds.ts';
import { readTestDefinitions } from './test-definitions.ts';

interface Sourced {
  readonly source: string;
}

/** Anybody may send to it; its events are given by the test. */
const OPEN = { kind: 'custom', auth: { kind: 'none' }, requireVerification: false };

/**
 * Definitions of one trigger alone. A source that needs settings, and has none here, is one that
 * takes what it is given.
 * @returns `isOwn`: the source is such a one
 */
export async function withOwnSource<T extends Sourced>(trigger: T, sources: object = {}) {
  const known = readTestDefinitions({ sources }, await loadKinds(sourceKinds)).sources;
  const names = [...BUILT_IN_SOURCES, ...Object.keys(sources), ...known.map(({ name }) => name)];
  const isOwn = !names.includes(trigger.source);
  const own = isOwn ? { [trigger.source]: OPEN } : {};
  return { file: { sources: { ...own, ...sources }, triggers: [trigger] }, isOwn };
}
