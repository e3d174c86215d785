import { createHash } from 'node:crypto';
import { basename, dirname, resolve, sep } from 'node:path';
import { isWild, PathPattern } from './glob.ts';

/** A parsed `path`, with its patterns. */
export interface Watch {
  /** The folder above the first wildcard, absolute. */
  readonly root: string;
  /** Matches files by their path below the root. */
  readonly pattern: PathPattern;
  /** Whether the file or folder at this path below the root is ignored, with everything in it. */
  isIgnored(path: string): boolean;
  /** Whether links are followed; else they are passed over. */
  readonly followLinks: boolean;
  /** Whether `path` has no wildcard, so that it may also be that of one file. */
  readonly isPlain: boolean;
  /** Digest of the patterns: with other patterns a snapshot has other files. */
  readonly spec: string;
}

interface Given {
  readonly path: string;
  readonly recursive: boolean;
  readonly followLinks?: boolean;
  readonly ignorePatterns: readonly string[];
}

/** @throws an error that names the fault in a pattern */
export function toWatch({ path, recursive, followLinks = false, ignorePatterns }: Given): Watch {
  const { root, segments, isPlain } = split(path, recursive);
  const ignores = ignorePatterns.map((ignore) => toIgnore(ignore, root));
  const patterns = ignores.map((ignore) => new PathPattern(ignore, { hidden: true }));
  return {
    ...{ root, followLinks, isPlain },
    pattern: new PathPattern(segments),
    isIgnored: (below) => patterns.some((pattern) => pattern.matches(below)),
    spec: digest([segments, ignores, ...(followLinks ? ['links'] : [])]),
  };
}

/** Watches one file by its path, which is that of the whole `watch`. */
export function toWatchOfFile(watch: Watch): Watch {
  const name = basename(watch.root);
  return {
    ...{ followLinks: watch.followLinks, isPlain: false },
    root: dirname(watch.root),
    pattern: PathPattern.of(name),
    isIgnored: () => false,
    spec: digest(['file', name, ...(watch.followLinks ? ['links'] : [])]),
  };
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

function split(path: string, recursive: boolean) {
  const names = toNames(path);
  const wild = names.findIndex(isWild);
  const above = wild < 0 ? names : names.slice(0, wild);
  // The empty last part keeps the root of the file system a `/`.
  const root = resolve([...above, ''].join('/'));
  const isPlain = wild < 0;
  return { root, isPlain, segments: toSegments(isPlain ? ['*'] : names.slice(wild), recursive) };
}

/** `*.csv` also matches in all folders below. */
function toSegments(segments: readonly string[], recursive: boolean): readonly string[] {
  if (segments.includes('..')) throw new Error('expected no .. after the first wildcard');
  if (!segments.includes('**')) {
    return recursive ? [...segments.slice(0, -1), '**', ...segments.slice(-1)] : segments;
  }
  if (!recursive) throw new Error('expected no ** with recursive: false');
  return segments.at(-1) === '**' ? [...segments, '*'] : segments;
}

/**
 * As in a .gitignore: a pattern without a slash is a name anywhere, one with a slash is a path
 * below the root. A pattern that begins with the root itself is taken as relative to it. A folder
 * that matches is ignored with everything in it.
 */
function toIgnore(pattern: string, root: string): readonly string[] {
  if (pattern.startsWith('!')) throw new Error('expected what to leave out: ! takes nothing in');
  if (/^[*/\\]+$/.test(pattern)) throw new Error('expected a pattern that leaves something to see');
  const isName = !toSlashes(pattern).replace(/\/+$/, '').includes('/');
  if (isName) return ['**', ...toNames(pattern)];
  const names = toNames(pattern.startsWith(`${root}${sep}`) ? pattern.slice(root.length) : pattern);
  const segments = names.filter((name) => name !== '');
  while (segments.length > 1 && segments.at(-1) === '**') segments.pop();
  return segments;
}

function toNames(path: string): readonly string[] {
  const names = toSlashes(path).replace(/\/+$/, '').split('/');
  return names.filter((name, index) => name !== '.' && (name !== '' || index === 0));
}

function toSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
