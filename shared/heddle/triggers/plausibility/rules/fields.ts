import { findOperator } from '../../conditions/index.ts';
import type { Clause } from '../clauses.ts';
import type { Doubt, Path } from '../doubt.ts';
import { follow, type Led } from '../find-in-shape.ts';
import type { KnownEvent } from '../known-event.ts';
import type { Rule } from '../rule.ts';
import { shapesAt } from '../shapes-at.ts';
import type { Shape } from '../vocabulary/shape.ts';

type Nothing = Extract<Led, { readonly to: 'nothing' }>;

/** A longer list does not help in one line. */
const MAX_SHOWN = 12;

function toMessage(label: string, names: readonly string[], led: Nothing, prefix = ''): string {
  const { depth, at } = led;
  const above = names.slice(0, depth).join('.');
  const name = names[depth] ?? '';
  const where = above === '' ? label : `${above} of ${label}`;
  const meant = at.kind === 'list' ? undefined : led.meant;
  const fix = meant === undefined ? toKnown(at, name) : `: did you mean ${prefix}${meant}?`;
  if (at.kind === 'list') return `${where} is a list, and has no ${name}${fix}`;
  if (at.kind !== 'object') return `${where} is a ${at.kind}, and has no ${name}${fix}`;
  return `${where} has no ${name}, as far as is known${fix}`;
}

/** Of an item that `some` and its like ask, which no condition names by an index. */
function toItemMessage({ label, names, led }: Lost): string {
  const item = names.lastIndexOf('0', led.depth - 1);
  const list = names.slice(0, item).filter((name) => name !== '0');
  const { meant, ...rest } = led;
  const isWithin = meant?.startsWith(`${names.slice(0, item + 1).join('.')}.`);
  const inner = meant
    ?.split('.')
    .slice(item + 1)
    .join('.');
  return toMessage(`an item of ${list.join('.')} of ${label}`, names.slice(item + 1), {
    ...rest,
    ...{ depth: led.depth - item - 1 },
    ...(isWithin && inner ? { meant: inner } : {}),
  });
}

interface Lost {
  readonly label: string;
  readonly names: readonly string[];
  readonly led: Nothing;
}

/** @param name what is looked for in it */
function toKnown(at: Shape, name: string): string {
  if (at.kind === 'list') {
    const isOfItems = at.item.kind === 'object' && at.item.fields.has(name);
    return `: ask its items with some: { ${isOfItems ? `${name}: ` : ''}… }`;
  }
  if (at.kind !== 'object') return '';
  const known = [...at.fields.keys()];
  if (known.length === 0) return '';
  const shown = known.slice(0, MAX_SHOWN).join(', ');
  return known.length > MAX_SHOWN ? ` (it has ${shown}, …)` : ` (it has ${shown})`;
}

export const conditionField: Rule = {
  name: 'field',
  about: 'A field of conditions that such events do not have: `base_brnch`.',
  find: ({ clauses, event }) =>
    event ? clauses.flatMap((clause) => findUnknown(clause, event)) : [],
};

export const indexKey: Rule = {
  name: 'index in a key',
  about: 'An index of a list in a key, which conditions do not follow: `lines.0.sku`.',
  find: ({ clauses, event }) =>
    clauses.flatMap(({ part, key, field, path, form, asked }) => {
      const parts = key.split('.');
      const at = parts.findIndex((name) => /^\d+$/.test(name));
      if (at < 0 || asked !== undefined || form === 'logic') return [];
      const above = field.slice(0, field.length - parts.length + at);
      const known = shapesAt(event, { part, field: above });
      const isMeant = known ? known.some(({ kind }) => kind === 'list') : !event && at > 0;
      if (!isMeant) return [];
      const list = above.join('.');
      const isSure = known ? '' : ` where ${list} is a list`;
      const message = `a key follows no index${isSure}: ask the items with ${list}: { some: … }, or write expression: "event.${list}[${parts[at]}] == …"`;
      return [{ path, message }];
    }),
};

const FIELD_FORMS: readonly string[] = ['value', 'list', 'tests', 'pattern', 'nested'];

function findUnknown(clause: Clause, event: KnownEvent): readonly Doubt[] {
  const { form, field, part, path, key } = clause;
  if (!FIELD_FORMS.includes(form) || clause.asked !== undefined || isAbsenceTest(clause)) return [];
  const shapes = part === 'filter' ? event.payloads : event.views;
  const led = follow(shapes, field);
  // What is wrong above this key is said of the key above.
  const own = field.length - key.replace(/_pattern$/, '').split('.').length;
  if (led.to !== 'nothing' || led.depth < own || isPrefixed(clause, event)) return [];
  if (part === 'filter' && follow(event.views, field).to === 'value') {
    const message = `a filter sees the payload alone, and ${key} is a normalized field: move it to conditions`;
    return [{ path, message }];
  }
  // Said where the conditions are compiled.
  if (NAMED_WORDS.includes(key) && led.at.kind !== 'object') return [];
  const isOfItem = field.slice(0, led.depth).includes('0');
  const lost = { label: event.label, names: field, led };
  return [{ path, message: isOfItem ? toItemMessage(lost) : toMessage(event.label, field, led) }];
}

/** Words whose operand does not fit. */
const NAMED_WORDS: readonly string[] = ['size', 'before', 'after', 'within'];

/** `exists: false` is how a field that may be absent is asked for. */
function isAbsenceTest({ form, value }: Clause): boolean {
  return form === 'tests' && JSON.stringify(value) === '{"exists":false}';
}

/** Names that templates begin with, and conditions do not. */
const PREFIXES: readonly string[] = ['event', 'fields', 'data', 'payload', 'body', 'trigger'];

export const prefixedKey: Rule = {
  name: 'prefix',
  about: 'A key that begins as templates do: `event.action`, `$.action`.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const { key, path, form } = clause;
      if (form === 'logic' || form === 'expression' || clause.asked !== undefined) return [];
      const braces = /^\{\{\s*(?:event\.)?(.*?)\s*\}\}$/.exec(key)?.[1];
      const bare = braces ?? /^\$\.(.+)$/s.exec(key)?.[1];
      if (bare !== undefined) {
        return [
          { path, message: `a key is the name of a field, without signs: did you mean ${bare}?` },
        ];
      }
      if (!isPrefixed(clause, event)) return [];
      const rest = key.slice(key.indexOf('.') + 1);
      const hint = event ? '' : ' Where the event has a field of this name, write it as an object';
      const message = `a key begins in the event itself: did you mean ${rest}?${hint}`;
      return [{ path, message }];
    }),
};

function isPrefixed({ key, field, part }: Clause, event: KnownEvent | undefined): boolean {
  const [first = '', ...rest] = key.split('.');
  if (rest.length === 0 || field.length !== rest.length + 1 || !PREFIXES.includes(first))
    return false;
  if (event) {
    const shapes = part === 'filter' ? event.payloads : event.views;
    return follow(shapes, [first]).to === 'nothing' && follow(shapes, rest).to === 'value';
  }
  // Of an event of which nothing is known, only the word that templates begin with is surely wrong.
  return first === 'event' && !findOperator(rest.at(-1) ?? '');
}

export const templateField: Rule = {
  name: 'field of a template',
  about: 'A field in a template or an expression that such events do not have.',
  find: ({ templates, event }) => {
    if (!event) return [];
    return templates.flatMap(({ path, root, names, isOptional }) => {
      if (names.length === 0) return [];
      const led = follow(root === 'fields' ? event.fields : event.views, names);
      if (led.to !== 'nothing' || (isOptional && led.meant === undefined)) return [];
      const label = root === 'fields' ? `fields of ${event.label}` : event.label;
      return [
        {
          path,
          message: `${root}.${names.join('.')}: ${toMessage(label, names, led, `${root}.`)}`,
        },
      ];
    });
  },
};

export const mappedField: Rule = {
  name: 'field of a mapping',
  about: 'A path of `inputMapping` that leads nowhere in such events, or begins with `$.event`.',
  find: ({ trigger, event, surroundings }) => {
    const isTransformed = trigger.transform || surroundings.transformed?.has(trigger.name);
    if (!event || isTransformed) return [];
    return Object.entries(trigger.inputMapping ?? {}).flatMap(([key, text]) =>
      findLost(text, ['inputMapping', key], event),
    );
  },
};

/** A path of names and indexes alone. */
const PLAIN = /^\$((?:\.[A-Za-z_][\w-]*|\.\d+|\[\d+\]|\['[^'\\]+'\]|\["[^"\\]+"\])+)$/;
const NAMES = /\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\]/g;

function findLost(text: string, path: Path, event: KnownEvent): readonly Doubt[] {
  const [, rest] = PLAIN.exec(text) ?? [];
  if (rest === undefined) return [];
  const names = [...rest.matchAll(NAMES)].map((found) => found.slice(1).find(Boolean) ?? '');
  const led = follow(event.views, names);
  if (led.to !== 'nothing') return [];
  return [{ path, message: `${text}: ${toMessage(event.label, names, led, '$.')}` }];
}
