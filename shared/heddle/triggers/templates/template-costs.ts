import type { Node } from './jinja.ts';

/**
 * Cost of using a node's value: `deep` if all of it is written out or compared, `shallow` if only
 * its own length counts; multiplied by `factor`.
 */
export interface Cost {
  readonly kind: 'deep' | 'shallow';
  readonly factor: number;
}
export type Costs = Map<unknown, Cost>;

/** Each turn of a loop creates a scope of variables. */
const LOOP_FACTOR = 100;
/** log2 of a million, the number of times that sorting reads each item. */
const SORT_FACTOR = 20;
/** Longer literals would multiply a sender's text beyond a template's purpose. */
const MAX_LITERAL_CHARS = 100;
const MAX_LITERAL_NUMBER = 20;

/** Costs of filters and methods for each character or item. The others read each once. */
const SPECIAL_COSTS: Readonly<Record<string, (args: readonly Node[]) => Cost>> = {
  join: (args) => ({ kind: 'deep', factor: 1 + Math.max(0, ...args.map(toLength)) }),
  tojson: (args) => ({ kind: 'deep', factor: args.length === 0 ? 1 : MAX_LITERAL_NUMBER }),
  string: () => ({ kind: 'deep', factor: 1 }),
  sort: () => ({ kind: 'deep', factor: SORT_FACTOR }),
  dictsort: () => ({ kind: 'deep', factor: SORT_FACTOR }),
  unique: () => ({ kind: 'deep', factor: 1 }),
  indent: () => ({ kind: 'shallow', factor: 1 + MAX_LITERAL_NUMBER }),
  replace: ([before, after]) => ({
    kind: 'shallow',
    factor: 1 + Math.ceil(toLength(after) / Math.max(1, toLength(before))),
  }),
};

/** Their arguments determine the result's length: a sender's text could make it any length. */
const LITERALS_ONLY = new Set(['indent', 'join', 'replace', 'tojson']);

export function toCallCost(name: string, args: readonly Node[]): Cost {
  return SPECIAL_COSTS[name]?.(args) ?? { kind: 'shallow', factor: 1 };
}

export const WRITTEN: Cost = { kind: 'deep', factor: 1 };
export const READ: Cost = { kind: 'shallow', factor: 1 };
export const LOOPED: Cost = { kind: 'shallow', factor: LOOP_FACTOR };

export function findArgumentFault(name: string, args: readonly Node[]): string | undefined {
  if (!LITERALS_ONLY.has(name) || args.every(isSmallLiteral)) return undefined;
  return `the arguments of ${name} must be literals: texts of at most ${MAX_LITERAL_CHARS} characters, numbers up to ${MAX_LITERAL_NUMBER}`;
}

function isSmallLiteral(node: Node): boolean {
  const { value } = node as Node & { readonly value?: unknown };
  switch (node.type) {
    case 'StringLiteral':
      return (value as string).length <= MAX_LITERAL_CHARS;
    case 'IntegerLiteral':
      return (value as number) <= MAX_LITERAL_NUMBER;
    case 'Identifier':
      return /^(?:true|false|none)$/i.test(value as string);
    case 'KeywordArgumentExpression':
      return isSmallLiteral(value as Node);
    case 'ArrayLiteral':
    case 'TupleLiteral':
      return (value as readonly Node[]).every(isSmallLiteral);
    default:
      return false;
  }
}

function toLength(node: Node | undefined): number {
  const { value } = (node ?? {}) as { readonly value?: unknown };
  if (typeof value === 'string') return value.length;
  return node?.type === 'KeywordArgumentExpression' ? toLength(value as Node) : 0;
}
