import type { Args, Expression } from './ast.ts';
import type { Apply, Callable } from './filter.ts';
import { createGetter, toItems } from './operands.ts';
import { isTrue, type List, type Value } from './values.ts';

/** Filters whose arguments name a filter or a test. */
export const SELECTIONS = ['map', 'reject', 'rejectattr', 'select', 'selectattr'] as const;
export type Selection = (typeof SELECTIONS)[number];

export function isSelection(name: string): name is Selection {
  return SELECTIONS.some((one) => one === name);
}

/** Where the filters and tests are found that the arguments name. */
export interface Names {
  findFilter(name: string): Callable;
  findTest(name: string): Callable;
  /** Checks the arguments against the signature, and compiles them. */
  bindArgs(what: string, callable: Callable, args: Args): readonly Expression[];
}

/** A selection with the filter or test that it names. */
export interface BoundSelection {
  readonly args: readonly Expression[];
  readonly apply: Apply;
}

/** @throws an error that names the fault */
export function bindSelection(name: Selection, args: Args, names: Names): BoundSelection {
  if (name === 'map') return bindMap(args, names);
  const isOfAttribute = name.endsWith('attr');
  const [first, ...others] = args.positional;
  if (isOfAttribute && !first) throw new Error(`filter "${name}" needs the name of an attribute`);
  const attribute = isOfAttribute ? toName(`filter "${name}"`, 'attribute', first) : null;
  const { args: bound, apply } = bindTest(name, isOfAttribute ? others : args.positional, {
    named: args.named,
    names,
  });
  const get = createGetter(attribute);
  const isKept = name.startsWith('select');
  return {
    args: bound,
    apply: (value, given, work) => {
      work.read(value);
      return toMany(value).filter((item) => isTrue(apply(get(item), given, work)) === isKept);
    },
  };
}

/** Without a test, truth is asked for. */
function bindTest(
  name: string,
  [test, ...positional]: readonly Expression[],
  { named, names }: { readonly named: Args['named']; readonly names: Names },
): BoundSelection {
  if (!test && named.size === 0) return { args: [], apply: (value) => value };
  const testName = toName(`filter "${name}"`, 'test', test);
  if (typeof testName !== 'string') throw new Error(`filter "${name}" needs the name of a test`);
  const callable = names.findTest(testName);
  const args = names.bindArgs(`test "${testName}"`, callable, { positional, named });
  return { args, apply: callable.apply };
}

function bindMap({ positional, named }: Args, names: Names): BoundSelection {
  const [filter, ...others] = positional;
  if (!filter) return bindAttributes(named);
  if (named.has('attribute')) throw new Error('filter "map" takes a filter or an attribute');
  const name = toName('filter "map"', 'filter', filter);
  if (typeof name !== 'string') throw new Error('filter "map" needs the name of a filter');
  const args = { positional: others, named };
  const { args: bound, apply } = isSelection(name)
    ? bindSelection(name, args, names)
    : bindFilter(name, args, names);
  return {
    args: bound,
    apply: (value, given, work) => {
      work.read(value);
      return toMany(value).map((item) => apply(item, given, work));
    },
  };
}

function bindFilter(name: string, args: Args, names: Names): BoundSelection {
  const callable = names.findFilter(name);
  return { args: names.bindArgs(`filter "${name}"`, callable, args), apply: callable.apply };
}

const MAP_NAMES = ['attribute', 'default'];

function bindAttributes(named: Args['named']): BoundSelection {
  const unknown = [...named.keys()].find((name) => !MAP_NAMES.includes(name));
  if (unknown !== undefined) {
    throw new Error(`filter "map" has no argument "${unknown}" (known: ${MAP_NAMES.join(', ')})`);
  }
  if (!named.has('attribute')) {
    throw new Error('filter "map" needs the name of a filter, or attribute=');
  }
  const get = createGetter(toName('filter "map"', 'attribute', named.get('attribute')));
  const fallback = named.get('default');
  return {
    args: fallback ? [fallback] : [],
    apply: (value, [other], work) => {
      work.read(value);
      return toMany(value).map((item) => getOr(get(item), other));
    },
  };
}

/** As in Jinja2, zero and false have no items. */
function toMany(value: Value): List {
  return isTrue(value) ? toItems(value) : [];
}

function getOr(found: Value, other: Value): Value {
  return found === undefined ? other : found;
}

/** What is named is written out, so that it can be checked when the file is read. */
function toName(what: string, argument: string, node: Expression | undefined): Value {
  if (node?.type === 'Constant' && (isText(node.value) || Number.isInteger(node.value))) {
    return node.value;
  }
  throw new Error(`the ${argument} of ${what} must be a text that is written out`);
}

function isText(value: Value): boolean {
  return typeof value === 'string';
}
