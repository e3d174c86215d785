import { ENGINE_SOURCES } from '../sources/built-in.ts';
import { sourceConnectors } from './connectors.ts';

/** Sources that exist without configuration. No configured source may have one of these names. */
export const BUILT_IN_SOURCES: readonly string[] = [
  ...ENGINE_SOURCES,
  ...sourceConnectors.map(({ source }) => source.name),
].sort();
