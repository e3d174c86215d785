import { findNearest } from '../../domain/did-you-mean.ts';
import type { Args, Expression } from './ast.ts';
import { isNumeric } from './numbers.ts';
import { isList, type Value } from './values.ts';

/** A parameter of a filter, a test or a method. */
interface Parameter {
  readonly name: string;
  readonly kind: Kind;
  /** Undefined: the argument is required. */
  readonly fallback?: { readonly value: Value };
  readonly isPositionalOnly: boolean;
}

export interface Signature {
  readonly parameters: readonly Parameter[];
  /** Whether more arguments may follow. */
  readonly takesMore: boolean;
}

const isText = (value: Value) => typeof value === 'string';
const isWhole = (value: Value) =>
  isNumeric(value) && Number.isInteger(typeof value === 'bigint' ? 1 : value);

const KINDS = {
  any: { is: () => true, words: 'a value' },
  text: { is: isText, words: 'a text' },
  whole: { is: isWhole, words: 'a whole number' },
  number: { is: isNumeric, words: 'a number' },
  width: { is: (value: Value) => isText(value) || isWhole(value), words: 'a number or a text' },
  texts: {
    is: (value: Value) => isText(value) || (isList(value) && value.every(isText)),
    words: 'a text or a list of texts',
  },
  list: { is: isList, words: 'a list' },
} as const;
type Kind = keyof typeof KINDS;

/**
 * Reads a signature as Python writes one: `width:whole=80, first=false`. Without a default the
 * argument is required; a default of null allows `none`. Parameters before `/` have no name for
 * callers, and `*` stands for any number of further arguments.
 */
export function parseSignature(text: string): Signature {
  const parts = text.split(/,\s*/).filter((part) => part !== '');
  const slash = parts.indexOf('/');
  const parameters = parts.flatMap((part, at) => {
    if (part === '/' || part === '*') return [];
    const [, name = '', kind = 'any', fallback] =
      /^(\w+)(?::(\w+))?(?:=([\s\S]+))?$/.exec(part) ?? [];
    return [
      {
        name,
        kind: kind as Kind,
        ...(fallback !== undefined && { fallback: { value: JSON.parse(fallback) as Value } }),
        isPositionalOnly: at < slash,
      },
    ];
  });
  return { parameters, takesMore: parts.includes('*') };
}

/**
 * Puts the arguments of a call into the order of the signature.
 * @param what names it for the message: `filter "indent"`
 * @throws an error that names the fault
 */
export function bind(what: string, { parameters, takesMore }: Signature, args: Args) {
  const { positional, named } = args;
  if (positional.length > parameters.length && !takesMore) {
    throw new Error(
      `${what} takes at most ${countArguments(parameters.length)}, not ${positional.length}`,
    );
  }
  const names = parameters.filter((one) => !one.isPositionalOnly).map(({ name }) => name);
  for (const name of named.keys()) checkName(what, name, names);
  const bound = parameters.map((parameter, at) => bindOne(what, parameter, args, at));
  return [...bound, ...positional.slice(parameters.length)];
}

function countArguments(count: number): string {
  if (count === 0) return 'no arguments';
  return count === 1 ? 'one argument' : `${count} arguments`;
}

function checkName(what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const nearest = findNearest(name, names);
  const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
  const known = names.length === 0 ? 'it takes none by name' : `known: ${names.join(', ')}`;
  throw new Error(`${what} has no argument "${name}"${hint || ` (${known})`}`);
}

function bindOne(what: string, parameter: Parameter, args: Args, at: number): Expression {
  const { name, fallback } = parameter;
  const [first, second] = [args.positional[at], args.named.get(name)];
  if (first && second) throw new Error(`${what} is given the argument "${name}" twice`);
  const given = first ?? second;
  if (!given) {
    if (fallback) return { type: 'Constant', value: fallback.value };
    throw new Error(`${what} needs the argument "${name}"`);
  }
  if (given.type === 'Constant') checkArgument(what, parameter, given.value);
  return given;
}

/** @throws unless the value is of the parameter's kind */
export function checkArgument(what: string, parameter: Parameter | undefined, value: Value): void {
  if (!parameter || (value === null && parameter.fallback?.value === null)) return;
  const { is, words } = KINDS[parameter.kind];
  if (is(value)) return;
  throw new Error(`the argument "${parameter.name}" of ${what} must be ${words}`);
}
