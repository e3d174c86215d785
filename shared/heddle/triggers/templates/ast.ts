import type { Value } from './values.ts';

/** A template as a tree. */
export type Expression =
  | { readonly type: 'Constant'; readonly value: Value }
  | { readonly type: 'Name'; readonly name: string }
  | { readonly type: 'List' | 'Tuple' | 'Concat'; readonly items: readonly Expression[] }
  | { readonly type: 'Dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly type: 'Attribute'; readonly object: Expression; readonly name: string }
  | { readonly type: 'Item'; readonly object: Expression; readonly key: Expression }
  | SliceNode
  | CallNode
  | FilterNode
  | TestNode
  | { readonly type: 'Not' | 'Minus' | 'Plus'; readonly operand: Expression }
  | { readonly type: 'And' | 'Or'; readonly left: Expression; readonly right: Expression }
  | CompareNode
  | BinaryNode
  | ChoiceNode;

export interface SliceNode {
  readonly type: 'Slice';
  readonly object: Expression;
  /** Start, stop and step. */
  readonly bounds: readonly (Expression | undefined)[];
}

export interface CallNode {
  readonly type: 'Call';
  readonly callee: Expression;
  readonly args: Args;
  readonly line: number;
}

export interface FilterNode {
  readonly type: 'Filter';
  readonly operand: Expression;
  readonly name: string;
  readonly args: Args;
  readonly line: number;
}

export interface TestNode {
  readonly type: 'Test';
  readonly operand: Expression;
  readonly name: string;
  readonly args: Args;
  readonly line: number;
}

/** A chain, as in `0 < x < 10`. */
export interface CompareNode {
  readonly type: 'Compare';
  readonly first: Expression;
  readonly rest: readonly { readonly operator: string; readonly operand: Expression }[];
}

export interface BinaryNode {
  readonly type: 'Binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly line: number;
}

export interface ChoiceNode {
  readonly type: 'Choice';
  readonly condition: Expression;
  readonly met: Expression;
  readonly unmet?: Expression;
}

export interface Args {
  readonly positional: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
}

export type Body = readonly Statement[];

export type Statement =
  | { readonly type: 'Text'; readonly text: string }
  | { readonly type: 'Output'; readonly value: Expression; readonly line: number }
  | IfNode
  | ForNode
  | SetNode
  | { readonly type: 'Break' | 'Continue'; readonly line: number };

export interface IfNode {
  readonly type: 'If';
  readonly condition: Expression;
  readonly met: Body;
  readonly unmet: Body;
  readonly line: number;
}

export interface ForNode {
  readonly type: 'For';
  readonly target: Target;
  readonly all: Expression;
  readonly condition?: Expression;
  readonly body: Body;
  readonly otherwise: Body;
  readonly line: number;
}

export interface SetNode {
  readonly type: 'Set';
  readonly target: Target;
  readonly value: Expression | Body;
  readonly line: number;
}

/** A name, or the names that a list is unpacked to. */
export type Target = string | readonly string[];

/** A fault with its place in the text. */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault';
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}
