import type { Args, Expression } from './ast.ts';

/** Longer literals would multiply a sender's text beyond a template's purpose. */
const MAX_LITERAL_CHARS = 100;
const MAX_LITERAL_NUMBER = 20;

/** Their arguments determine the result's length: a sender's text could make it any length. */
const LITERALS_ONLY = new Set(['indent', 'join', 'replace', 'tojson']);

export function findLiteralFault(
  kind: 'filter' | 'method',
  name: string,
  { positional, named }: Args,
): string | undefined {
  if (kind === 'method' && name === 'join') return undefined;
  const all = [...positional, ...named.values()];
  if (!LITERALS_ONLY.has(name) || all.every(isSmallLiteral)) return undefined;
  return `the arguments of ${name} must be literals: texts of at most ${MAX_LITERAL_CHARS} characters, numbers up to ${MAX_LITERAL_NUMBER}`;
}

function isSmallLiteral(node: Expression): boolean {
  if (node.type === 'List' || node.type === 'Tuple') return node.items.every(isSmallLiteral);
  if (node.type === 'Minus') return isSmallLiteral(node.operand);
  if (node.type !== 'Constant') return false;
  const { value } = node;
  if (typeof value === 'string') return value.length <= MAX_LITERAL_CHARS;
  return typeof value === 'number'
    ? value <= MAX_LITERAL_NUMBER
    : typeof value !== 'object' || value === null;
}
