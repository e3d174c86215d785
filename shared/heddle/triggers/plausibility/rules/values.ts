import { isJsonNumber } from '../../../domain/exact-number.ts';
import type { Json } from '../../../domain/json.ts';
import { toTypePatterns } from '../../../domain/trigger.ts';
import type { Clause } from '../clauses.ts';
import type { Doubt } from '../doubt.ts';
import { toOneKind } from '../find-in-shape.ts';
import type { Rule, Subject } from '../rule.ts';
import { shapesAt } from '../shapes-at.ts';
import { findSlip } from '../slips.ts';
import { everyTestOf, testsOf } from '../tests-of.ts';
import { listMatching } from '../type-names.ts';
import { findVocabulary } from '../vocabulary/kinds.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/** What YAML 1.1 read as true or false, and YAML 1.2 reads as a text. */
const WORDS: Readonly<Record<string, boolean>> = { yes: true, no: false, on: true, off: false };

export const yesOrNo: Rule = {
  name: 'yes and no',
  about: '`yes`, `no`, `on` and `off`, which are texts in YAML 1.2: `merged: yes`.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const { form, value, path } = clause;
      if (form !== 'value' || typeof value !== 'string') return [];
      const word = WORDS[value.toLowerCase()];
      const kind = toOneKind(shapesAt(event, clause) ?? []);
      if (word === undefined || kind === 'text') return [];
      const message = `${value} is the text "${value}": did you mean ${word}? Where the text is meant, write { eq: "${value}" }`;
      return [{ path, message }];
    }),
};

export const valueType: Rule = {
  name: 'type of a value',
  about: 'A value of another type than the sender’s: `number: "42"`, `merged: "true"`.',
  find: ({ clauses, event, templates }) => [
    ...clauses.flatMap((clause) => findMistyped(clause, event)),
    ...templates.flatMap(({ path, root, names, compared }) => {
      if (compared === undefined || !event) return [];
      const field = root === 'fields' ? ['fields', ...names] : names;
      const kind = toOneKind(shapesAt(event, { part: 'conditions', field }) ?? []);
      if (!isWrong(kind, compared)) return [];
      return [{ path, message: `${root}.${names.join('.')}: ${toMistyped(kind, compared)}` }];
    }),
  ],
};

function findMistyped(clause: Clause, event: Subject['event']): readonly Doubt[] {
  const kind = toOneKind(shapesAt(event, clause) ?? []);
  const tests = everyTestOf(clause).filter(({ operator }) => COMPARED.includes(operator));
  return tests.flatMap(({ operator, operand, path }) => {
    const values = operator === 'in' || operator === 'notIn' ? operand : [operand];
    const wrong = Array.isArray(values) ? values.find((value) => isWrong(kind, value)) : undefined;
    // A word of WORDS is another rule's.
    if (wrong === undefined || (clause.form === 'value' && isWord(wrong))) return [];
    const message = kind === 'object' ? toObjectMessage(clause, event) : toMistyped(kind, wrong);
    return [{ path, message }];
  });
}

const COMPARED: readonly string[] = ['eq', 'ne', 'in', 'notIn'];

function isWord(value: Json): boolean {
  return typeof value === 'string' && Object.hasOwn(WORDS, value.toLowerCase());
}

function isWrong(kind: string | undefined, value: Json): boolean {
  if (value === null || typeof value === 'object') return false;
  if (kind === 'object') return true;
  if (kind === 'text') return typeof value !== 'string';
  if (kind === 'number') return !isJsonNumber(value) && !isLongNumber(value);
  return kind === 'boolean' && typeof value !== 'boolean';
}

/** A number that no double holds is written as the text of its digits. */
function isLongNumber(value: Json): boolean {
  return typeof value === 'string' && /^-?\d{16,}$/.test(value);
}

/** Where the payload has an object, a normalized field of its name is reached by `fields` alone. */
function toObjectMessage({ key, field }: Clause, event: Subject['event']): string {
  const [name = ''] = field;
  const isNormalized = event?.fields.some((one) => one.kind === 'object' && one.fields.has(name));
  const meant =
    field.length === 1 && isNormalized
      ? `did you mean fields.${name}?`
      : `name a field within it, as ${key}: { id: 7 }`;
  return `the sender sends an object here, which no such value equals: ${meant}`;
}

const ARTICLES: Readonly<Record<string, string>> = {
  ...{ text: 'a text', number: 'a number', boolean: 'true or false' },
};

function toMistyped(kind: string | undefined, value: Json): string {
  const fix = toFix(kind, value);
  return `the sender sends ${ARTICLES[kind ?? '']} here, which ${JSON.stringify(value)} never equals${fix}`;
}

function toFix(kind: string | undefined, value: Json): string {
  const text = String(value).trim().toLowerCase();
  if (kind === 'text') return `: did you mean "${String(value)}", in quotes?`;
  if (kind === 'number') {
    const isNumber = /^-?\d+(\.\d+)?$/.test(text);
    return isNumber ? `: did you mean ${text}, without quotes?` : ': write a number';
  }
  const word = { ...WORDS, true: true, 1: true, false: false, 0: false }[text];
  return word === undefined ? ': write true or false' : `: did you mean ${word}?`;
}

export const typeAgainstField: Rule = {
  name: 'type and field',
  about: 'A condition that the event type excludes: `pull_request.opened` with `action: closed`.',
  find({ trigger, kind, clauses }) {
    const vocabulary = kind === undefined ? undefined : findVocabulary(kind);
    const field = vocabulary?.typeField;
    const values = vocabulary && readTypeValues(trigger, vocabulary);
    if (field === undefined || !values) return [];
    return clauses.flatMap((clause) =>
      clause.field.join('.') === field ? findAgainst(clause, values, trigger) : [],
    );
  },
};

/** What the field may be, by the types; undefined where a type says nothing of it. */
function readTypeValues(
  trigger: Subject['trigger'],
  vocabulary: Vocabulary,
): readonly string[] | undefined {
  const { openTypes = [] } = vocabulary;
  const types = toTypePatterns(trigger).map((pattern) => listMatching(vocabulary, pattern));
  const values = types.map((known) => known.flatMap((type) => type.split('.')[1] ?? []));
  const isOpen = types.some((known) => known.some((type) => openTypes.includes(type)));
  const isUnknown = isOpen || values.some((found) => found.length === 0);
  return isUnknown ? undefined : [...new Set(values.flat())];
}

/** A longer list does not help in one line. */
const MAX_SHOWN = 6;

function findAgainst(
  clause: Clause,
  values: readonly string[],
  trigger: Subject['trigger'],
): readonly Doubt[] {
  return testsOf(clause).flatMap(({ operator, operand, path }) => {
    const wanted = operator === 'eq' ? [operand] : operator === 'in' ? operand : undefined;
    if (!Array.isArray(wanted) || wanted.length === 0) return [];
    if (wanted.some((value) => values.includes(value as string))) return [];
    const types = toTypePatterns(trigger).join(', ');
    const shown = values.length > MAX_SHOWN ? 'another' : values.join(' or ');
    const near = findSlip(String(wanted[0]), values);
    const fix = near === undefined ? 'change one of the two' : `did you mean ${near}?`;
    const message = `events of the type ${types} have ${shown} here, so it never matches: ${fix}`;
    return [{ path, message }];
  });
}

/** Fields whose values begin in a way that people leave out. */
const BEGINNINGS: readonly {
  readonly kind: string;
  readonly type: string;
  readonly field: string;
  readonly begins: string;
  readonly example: string;
}[] = [{ kind: 'github', type: 'push', field: 'ref', begins: 'refs/', example: 'refs/heads/' }];

export const valueBeginning: Rule = {
  name: 'whole value',
  about: 'A value without the beginning that the sender’s have: `ref: main` of a push.',
  find: ({ trigger, kind, clauses }) =>
    BEGINNINGS.filter(
      (one) => one.kind === kind && toTypePatterns(trigger).every((type) => type === one.type),
    ).flatMap((one) =>
      clauses
        .filter((clause) => clause.field.join('.') === one.field)
        .flatMap((clause) => findShort(clause, one)),
    ),
};

function findShort(
  clause: Clause,
  { begins, example }: (typeof BEGINNINGS)[number],
): readonly Doubt[] {
  return testsOf(clause).flatMap(({ operator, operand, path }) => {
    const values = operator === 'eq' ? [operand] : operator === 'in' ? operand : [];
    if (!Array.isArray(values)) return [];
    const short = values.find((value) => typeof value === 'string' && !value.startsWith(begins));
    if (short === undefined) return [];
    const message = `it begins with ${begins} in every event: did you mean ${example}${short}?`;
    return [{ path, message }];
  });
}
