import { isJsonObject, type Json } from '../../../domain/json.ts';
import { findOperator, OPERATOR_NAMES, WORD_NAMES } from '../../conditions/index.ts';
import type { Clause } from '../clauses.ts';
import type { Doubt } from '../doubt.ts';
import type { Rule } from '../rule.ts';
import { shapesAt } from '../shapes-at.ts';
import { findSlip, toPlain } from '../slips.ts';

/** What other languages call the operators: their names without case and signs. */
const FOREIGN: Readonly<Record<string, string>> = {
  ...{ equals: 'eq', equal: 'eq', equalto: 'eq', is: 'eq', '=': 'eq', '==': 'eq', '===': 'eq' },
  ...{ notequal: 'ne', notequals: 'ne', neq: 'ne', isnot: 'ne', '!=': 'ne', '<>': 'ne' },
  ...{ greaterthan: 'gt', greater: 'gt', morethan: 'gt', '>': 'gt', above: 'gt', over: 'gt' },
  ...{ greaterthanorequal: 'gte', greaterorequal: 'gte', atleast: 'gte', ge: 'gte', '>=': 'gte' },
  ...{ greaterthanequal: 'gte', greaterequal: 'gte', min: 'gte', minimum: 'gte' },
  ...{ lessthan: 'lt', less: 'lt', '<': 'lt', below: 'lt', under: 'lt' },
  ...{ lessthanorequal: 'lte', lessorequal: 'lte', atmost: 'lte', le: 'lte', '<=': 'lte' },
  ...{ lessthanequal: 'lte', lessequal: 'lte', max: 'lte', maximum: 'lte' },
  ...{ between: 'gte and lte', range: 'gte and lte' },
  ...{ oneof: 'in', anyof: 'in', isin: 'in', nin: 'notIn', noneof: 'notIn', notoneof: 'notIn' },
  ...{ regex: 'pattern', regexp: 'pattern', matches: 'pattern', match: 'pattern' },
  ...{ like: 'contains or pattern', ilike: 'pattern: "(?i)…"', glob: 'pattern', '=~': 'pattern' },
  ...{ include: 'contains', includes: 'contains', has: 'contains', substring: 'contains' },
  ...{ doesnotcontain: 'not: { contains: … }', notcontains: 'not: { contains: … }' },
  ...{ notcontain: 'not: { contains: … }', excludes: 'not: { contains: … }' },
  ...{ beginswith: 'startsWith', prefix: 'startsWith', startwith: 'startsWith' },
  ...{ suffix: 'endsWith', endwith: 'endsWith', finisheswith: 'endsWith' },
  ...{ present: 'exists', exist: 'exists', isnull: 'exists: false', defined: 'exists' },
  ...{ missing: 'exists: false', notexists: 'exists: false', isempty: 'eq: ""', empty: 'eq: ""' },
  ...{ elemmatch: 'some', anymatch: 'some', someof: 'some', allmatch: 'every', everyof: 'every' },
  ...{ nonematch: 'none', length: 'size', len: 'size', itemcount: 'size' },
  ...{ hasany: 'in', containsany: 'in', containsall: 'all: [{ contains: … }, …]' },
  ...{ hasall: 'all: [{ contains: … }, …]', containsnone: 'notIn' },
  ...{ newerthan: 'after or within', youngerthan: 'within', maxage: 'within' },
  ...{ olderthan: 'before', earlierthan: 'before', laterthan: 'after' },
  ...{ isafter: 'after', isbefore: 'before', withinlast: 'within', inlast: 'within' },
  ...{ caseinsensitive: 'ignoreCase: true', nocase: 'ignoreCase: true', icase: 'ignoreCase: true' },
  ...{ icontains: 'contains with ignoreCase: true', ieq: 'eq with ignoreCase: true' },
  ...{ iexact: 'eq with ignoreCase: true', equalsignorecase: 'eq with ignoreCase: true' },
  ...{
    istartswith: 'startsWith with ignoreCase: true',
    iendswith: 'endsWith with ignoreCase: true',
  },
  ...{ containsignorecase: 'contains with ignoreCase: true' },
};

const NAMES: readonly string[] = [...OPERATOR_NAMES, 'pattern', ...WORD_NAMES, 'ignoreCase'];
/** Those that take an object. */
const TAKES_OBJECT: readonly string[] = ['some', 'every', 'none', 'size'];

/** Shorter operators are near other words. */
const MIN_CHARS = 6;

/** The operator that a word was meant to be; undefined for an operator and for any other word. */
export function findMeant(word: string): string | undefined {
  if (NAMES.includes(word)) return undefined;
  const same = NAMES.find((name) => toPlain(name) === toPlain(word) && toPlain(word) !== '');
  const key = toPlain(word) === '' ? word : toPlain(word);
  if (same !== undefined) return same;
  if (Object.hasOwn(FOREIGN, key)) return FOREIGN[key];
  const long = NAMES.filter((name) => name.length >= MIN_CHARS);
  return word.length >= MIN_CHARS - 1 ? findSlip(word, long) : undefined;
}

export const operatorSlip: Rule = {
  name: 'operator',
  about: 'A word that is nearly an operator, or one of another language: `contians`, `between`.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      if (clause.form !== 'nested' || !isJsonObject(clause.value)) return [];
      const known = shapesAt(event, clause);
      const words = Object.keys(clause.value);
      // `box: { length: 10, width: 4 }` has fields: `width` is no word of anybody's.
      const isNamed = words.some((word) => !NAMES.includes(word) && findMeant(word) === undefined);
      return Object.entries(clause.value).flatMap(([word, operand]) => {
        const isField = known?.some((one) => one.kind === 'object' && one.fields.has(word));
        return isField || (!known && isNamed && Object.hasOwn(FOREIGN, word))
          ? []
          : findSlipIn(clause, word, operand);
      });
    }),
};

function findSlipIn({ path, key }: Clause, word: string, operand: Json): readonly Doubt[] {
  const meant = findMeant(word);
  if (meant === undefined) return [];
  if (isJsonObject(operand) && !TAKES_OBJECT.includes(meant)) return [];
  const message = `${word} is no operator, so it is read as a field ${word} within ${key}: did you mean ${meant}?`;
  return [{ path: [...path, word], message }];
}

export const mixedOperators: Rule = {
  name: 'mixed operators',
  about: 'An operator beside a word that is none, so that both are read as fields.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      if (clause.form !== 'nested' || !isJsonObject(clause.value)) return [];
      const words = Object.keys(clause.value);
      const operators = words.filter((word) => isSurely(word, clause.value));
      const others = words.filter((word) => !operators.includes(word));
      const known = shapesAt(event, clause);
      const isField = (word: string) =>
        known?.some((one) => one.kind === 'object' && one.fields.has(word));
      if (operators.length === 0 || operators.some(isField)) return [];
      // Said by the other rule, word for word.
      if (others.some((word) => findMeant(word) !== undefined)) return [];
      const message = `${operators.join(', ')}: read as a field, since ${others.join(', ')} beside it is no operator: take it out, or write the field as ${clause.key}.${others[0]}`;
      return [{ path: [...clause.path, operators[0] ?? ''], message }];
    }),
};

/** `size`, `before` and their like are names as often. */
function isSurely(word: string, value: Json): boolean {
  const isOfItems = ['some', 'every', 'none'].includes(word);
  const operand = isJsonObject(value) ? value[word] : undefined;
  return Boolean(findOperator(word)) || word === 'pattern' || (isOfItems && isJsonObject(operand));
}

/** Names that end in an operator after a dot or `_`: `title_contains`, `title.contains`. */
const ENDING =
  /^(.+?)(?:\.|__?|\$)(contains|startsWith|endsWith|startswith|endswith|starts_with|ends_with|gte|lte|gt|lt|eq|ne|notIn|not_in|exists|regex|icontains|iexact|istartswith)$/;

export const operatorInKey: Rule = {
  name: 'operator in a key',
  about: 'An operator as the end of a field name: `title_contains: fix`, `number.gt: 3`.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const { key, path, form } = clause;
      const [, field, ending = ''] = ENDING.exec(key) ?? [];
      if (field === undefined || !['value', 'list'].includes(form)) return [];
      if (shapesAt(event, clause)) return [];
      const meant = findOperator(ending) ? ending : findMeant(ending);
      const message = `it is read as a field of this name: did you mean ${field}: { ${meant}: … }?`;
      return [{ path, message }];
    }),
};

/** `AND`, `or`, `$not`: words of logic as others write them. */
const LOGIC: Readonly<Record<string, string>> = {
  ...{ and: 'all', allof: 'all', every: 'all', all: 'all', must: 'all' },
  ...{ or: 'any', anyof: 'any', oneof: 'any', any: 'any', should: 'any', either: 'any' },
  ...{
    some: 'any',
    none: 'not: { any: [ … ] }',
    not: 'not',
    nor: 'not: { any: [ … ] }',
    noneof: 'not: { any: [ … ] }',
    mustnot: 'not',
  },
};

export const logicWord: Rule = {
  name: 'word of logic',
  about: '`AND`, `or`, `$not` and the like, which are read as names of fields.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const { key, value, path, form } = clause;
      const meant = Object.hasOwn(LOGIC, toPlain(key)) ? LOGIC[toPlain(key)] : undefined;
      const isWord = clause.asked !== undefined || meant === key;
      if (meant === undefined || isWord || form === 'logic' || shapesAt(event, clause)) {
        return [];
      }
      const isOfConditions = Array.isArray(value) ? value.some(isJsonObject) : isJsonObject(value);
      if (!isOfConditions || (form === 'tests' && findOperator(key))) return [];
      const message = `it is read as a field named ${key}: did you mean ${meant}?`;
      return [{ path, message }];
    }),
};
