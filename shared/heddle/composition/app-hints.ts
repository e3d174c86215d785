import { Actor } from '../actors/actor.ts';
import { Poller } from '../actors/poller.ts';
import { findNearest } from '../domain/did-you-mean.ts';
import type { Fault } from '../domain/fault.ts';
import type { LoadedSources } from '../sources/load.ts';
import { CODE_LINE } from '../triggers/definitions/index.ts';
import type { AppFile } from './app-files.ts';
import { toNameOfFile } from './discover-parts.ts';

/** A file of an app from which a part was expected, and that exports none. */
export interface EmptyFile extends Pick<AppFile, 'folder' | 'path'> {
  /** The name that the part would have. */
  readonly name: string;
  /** What the file lacks, for people. */
  readonly lack: string;
}

/** Finds files of actors and pollers without such a class. An abstract class is one. */
export function findEmptyFiles(files: readonly AppFile[]): readonly EmptyFile[] {
  return files.flatMap(({ folder, path, exports }) => {
    if (folder === 'events') return [];
    const base = folder === 'actors' ? Actor : Poller;
    if (Object.values(exports).some((value) => isSubclass(value, base))) return [];
    const lack = `${path} exports no class that extends ${base.name}`;
    return [{ folder, path, name: toNameOfFile(path), lack }];
  });
}

function isSubclass(value: unknown, base: { readonly prototype: object }): boolean {
  return typeof value === 'function' && value.prototype instanceof (base as never);
}

/** Warns of files that may have been meant to export more. */
export function toFileWarnings(files: readonly EmptyFile[]): readonly Fault[] {
  const fix = 'export one, or begin the name of the file with "_" if it has none';
  return files.map(({ lack }) => ({ line: CODE_LINE, message: `${lack}: ${fix}` }));
}

/**
 * Warns of code for sources that do not exist, which is never called. A source with a fault has its
 * fault, and needs no warning.
 */
export function findEndpointWarnings(
  endpoints: readonly string[],
  { sources, names }: Pick<LoadedSources, 'sources' | 'names'>,
): readonly Fault[] {
  const custom = sources.filter(({ kind }) => kind.kind === 'custom').map(({ name }) => name);
  const isFaulty = (name: string) =>
    names.includes(name) && !sources.some((source) => source.name === name);
  const unused = endpoints.filter((name) => !custom.includes(name) && !isFaulty(name));
  return unused.map((name) => {
    const nearest = findNearest(name, custom);
    const fix = nearest === undefined ? 'add it under sources' : `did you mean ${nearest}?`;
    const message = `endpoints.${name}: no source of kind custom has this name: ${fix}`;
    return { line: CODE_LINE, message };
  });
}
