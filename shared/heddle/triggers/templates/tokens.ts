import type { Expression } from './ast.ts';
import type { Token } from './lexer.ts';

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ...(['true', 'True'] as const).map((name) => [name, true] as const),
  ...(['false', 'False'] as const).map((name) => [name, false] as const),
  ...(['none', 'None'] as const).map((name) => [name, null] as const),
]);
/** What the messages call a tag. */
const TAGS: Readonly<Record<string, string>> = {
  ...{ '{{': 'OpenExpression', '}}': 'CloseExpression' },
  ...{ '{%': 'OpenStatement', '%}': 'CloseStatement' },
};

/** A constant or a variable. */
export function toName(name: string): Expression {
  const value = CONSTANTS.get(name);
  return value === undefined ? { type: 'Name', name } : { type: 'Constant', value };
}

/** For the message of a fault. */
export function describe({ kind, text }: Token): string {
  if (kind === 'end') return 'Unexpected end of input';
  return `Unexpected token: ${TAGS[text] ?? text}`;
}
