import { RE2JS } from 're2js';

export type TestName = (name: string) => boolean;

const ANY_FOLDERS = '**';
const WILD = /[*?[{]/;
const PARTS = /\*+|\?|\[[!^]?\]?[^\]]*\]|./gsu;

export function isWild(text: string): boolean {
  return WILD.test(text);
}

/**
 * Progress through a {@link PathPattern}: the segments that may match the next name. Empty: nothing
 * below can match.
 */
export type Places = readonly number[];

/**
 * A glob over the path below a folder, one name a segment; `**` is any number of folders. As in a
 * shell, matching is case-sensitive, and hidden names (`.git`) match only a segment that begins
 * with a dot, unless `hidden` is true.
 */
export class PathPattern {
  readonly start: Places;
  readonly #segments: readonly (TestName | typeof ANY_FOLDERS)[];
  readonly #hidden: boolean;

  /** @throws an error that names the fault in a segment */
  constructor(segments: readonly string[], { hidden = false, isLiteral = false } = {}) {
    this.#hidden = hidden;
    this.#segments = segments.map((segment) => {
      if (isLiteral) return isSameName(segment);
      return segment === ANY_FOLDERS ? segment : compileName(segment, { hidden });
    });
    this.start = this.#spread([0]);
  }

  /** Matches the one file of this name right below the folder. */
  static of(name: string): PathPattern {
    return new PathPattern([name], { isLiteral: true });
  }

  /** Progress after entering the folder `name` from its parent. */
  enter(at: Places, name: string): Places {
    const last = this.#segments.length - 1;
    const next: number[] = [];
    for (const place of at) {
      const segment = this.#segments[place];
      if (segment === ANY_FOLDERS) {
        if (this.#hidden || !name.startsWith('.')) next.push(place);
      } else if (place < last && segment?.(name)) next.push(place + 1);
    }
    return this.#spread(next);
  }

  ends(at: Places, name: string): boolean {
    const last = this.#segments.length - 1;
    const segment = this.#segments[last];
    return at.includes(last) && typeof segment === 'function' && segment(name);
  }

  /** @param path with `/` between its names, below the folder */
  matches(path: string): boolean {
    const names = path.split('/');
    const name = names.pop() ?? '';
    let at = this.start;
    for (const folder of names) at = this.enter(at, folder);
    return this.ends(at, name);
  }

  /** Adds the segment after each `**`, which may match no folder at all. */
  #spread(places: readonly number[]): Places {
    const all = new Set(places);
    for (const place of all) if (this.#segments[place] === ANY_FOLDERS) all.add(place + 1);
    return [...all];
  }
}

/**
 * Compiles `*`, `?`, `[a-z]`, `[!a-z]` and `{a,b}` within one name, to RE2. File names come from
 * anyone who may write to the folder, and `path.matchesGlob` takes seconds for `*a*a*a*a*b` and 120
 * letters a.
 */
export function compileName(glob: string, { hidden = false } = {}): TestName {
  const pattern = toPattern(glob.normalize('NFC'));
  if (glob === '*') return (name) => hidden || !name.startsWith('.');
  if (!isWild(glob)) return isSameName(glob);
  const regexp = RE2JS.compile(`^(?:${pattern})$`, RE2JS.DOTALL);
  const showsHidden = hidden || glob.startsWith('.');
  return (name) => (showsHidden || !name.startsWith('.')) && regexp.test(name);
}

/** Names are compared in the form in which people type them. */
function isSameName(given: string): TestName {
  const expected = given.normalize('NFC');
  return (name) => name === given || name === expected;
}

function toPattern(glob: string): string {
  let depth = 0;
  const parts = (glob.match(PARTS) ?? []).map((part) => {
    if (part === '{') depth++;
    if (part === '[') throw new Error(`expected ] to close [ within one name of "${glob}"`);
    const isInside = depth > 0;
    if (part === '}' && isInside) depth--;
    return toRegExp(part, isInside);
  });
  if (depth > 0) throw new Error(`expected } to close { within one name of "${glob}"`);
  return parts.join('');
}

function toRegExp(part: string, isInBraces: boolean): string {
  if (part.startsWith('*')) return '.*';
  if (part.length > 1 && part.startsWith('[')) return toClass(part);
  if (part === '?') return '.';
  if (part === '{') return '(?:';
  if (isInBraces && part === '}') return ')';
  if (isInBraces && part === ',') return '|';
  return RE2JS.quote(part);
}

function toClass(part: string): string {
  const isNot = /^\[[!^]/.test(part);
  const members = part.slice(isNot ? 2 : 1, -1).replace(/[\\[\]^]/g, '\\$&');
  try {
    RE2JS.compile(`[${members}]`);
  } catch (error) {
    throw new Error(`expected characters or a range such as [a-z], received ${part}`, {
      cause: error,
    });
  }
  return `[${isNot ? '^' : ''}${members}]`;
}
