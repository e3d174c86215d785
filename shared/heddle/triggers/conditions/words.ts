import type { Json } from '../../domain/json.ts';
import type { Clause, Found } from './clauses.ts';
import type { CompileValue, Place } from './compilation.ts';
import { compileAge, compileOrder, isDuration } from './date-words.ts';
import { looksLikeDate } from './instants.ts';
import { compileEvery, compileNone, compileSize, compileSome } from './list-words.ts';
import { atName } from './word-or-name.ts';

/**
 * An operator that also is a likely name of a field. On an object it is that name:
 * `{ commit: { size: 3 } }` finds `commit.size`, and counts if `commit` is a list. An operand that it
 * does not take makes it a name everywhere.
 */
export interface Word {
  /** @param isTests whether a value has operators only */
  readonly takes: (operand: Json, isTests: (operand: Json) => boolean) => boolean;
  readonly compile: (operand: Json, place: Place, compileValue: CompileValue) => Clause<Found>;
  /** The operands that it takes, in words. */
  readonly operand?: string;
}

const takesAll = () => true;

const WORDS: Readonly<Record<string, Word>> = {
  some: { takes: takesAll, compile: atName(compileSome) },
  every: { takes: takesAll, compile: atName(compileEvery) },
  none: { takes: takesAll, compile: atName(compileNone) },
  size: {
    takes: (operand, isTests) => [operand].flat().every(isCount) || isTests(operand),
    compile: atName(compileSize),
    operand: 'a whole number, or operators such as { gte: 2 }',
  },
  before: takeDate((at, limit) => at < limit),
  after: takeDate((at, limit) => at > limit),
  within: { takes: isDuration, compile: atName(compileAge), operand: 'a duration such as 1h' },
};

export const WORD_NAMES: readonly string[] = Object.keys(WORDS);

/** Own properties only: `constructor` is no word. */
export function findWord(name: string): Word | undefined {
  return Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
}

function takeDate(holds: (at: bigint, limit: bigint) => boolean): Word {
  return {
    takes: looksLikeDate,
    compile: atName(compileOrder(holds)),
    operand: 'a date such as 2026-12-01, or 2026-12-01T08:30:00Z',
  };
}

/** Commits stand under `before` and `after` too. */
const HASH = /^[0-9a-f]{7,64}$/;

/** Why a word is taken for the name of a field, if that is hardly meant. */
export function findDoubt(key: string, operand: Json): string | undefined {
  const expected = findWord(key)?.operand;
  if (expected === undefined || (typeof operand === 'string' && HASH.test(operand)))
    return undefined;
  return `"${key}" counts as the name of a field here: as an operator it takes ${expected}`;
}

function isCount(value: Json): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
