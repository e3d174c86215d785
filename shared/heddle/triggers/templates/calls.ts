import {
  type Args,
  type CallNode,
  type Expression,
  type FilterNode,
  TemplateFault,
  type TestNode,
} from './ast.ts';
import type { Callable } from './filter.ts';
import type { Evaluate, Frame } from './frame.ts';
import { findCallable, findNamedTest } from './language.ts';
import { findLiteralFault } from './literal-arguments.ts';
import { findFormatFault } from './printf.ts';
import { bindSelection, isSelection, type Names } from './selections.ts';
import { bind, checkArgument } from './signatures.ts';
import { isNothing, type Value } from './values.ts';
import type { Work } from './work.ts';

/** Compiles one of the expressions within. */
type Compile = (node: Expression) => Evaluate;

const NAMES: Names = {
  findFilter: (name) => findCallable('filter', name),
  findTest: findNamedTest,
  bindArgs,
};

/** @throws {TemplateFault} for an unknown name, and arguments that it cannot use */
export function compileFilter(node: FilterNode, compile: Compile): Evaluate {
  return atLine(node.line, () => {
    const { name, args } = node;
    const operand = compile(node.operand);
    checkLiterals('filter', name, args);
    if (isSelection(name)) {
      const { args: bound, apply } = bindSelection(name, args, NAMES);
      return toCall({ apply, operand, args: bound.map(compile) });
    }
    const callable = findCallable('filter', name);
    if (name === 'format') checkFormat(node.operand);
    const bound = bindArgs(
      `filter "${name}"`,
      callable,
      name === 'format' ? toFormatArgs(args) : args,
    );
    return toCall({
      ...toChecked(`filter "${name}"`, callable, bound),
      operand,
      args: bound.map(compile),
    });
  });
}

export function compileTest(node: TestNode, compile: Compile): Evaluate {
  return atLine(node.line, () => {
    const { name, args } = node;
    const operand = compile(node.operand);
    const callable = findCallable('test', name);
    const bound = bindArgs(`test "${name}"`, callable, args);
    return toCall({
      ...toChecked(`test "${name}"`, callable, bound),
      operand,
      args: bound.map(compile),
    });
  });
}

/** Only methods are called, and by their name after a dot: what is called is known at load. */
export function compileCall({ callee, args, line }: CallNode, compile: Compile): Evaluate {
  return atLine(line, () => {
    const name = callee.type === 'Attribute' || callee.type === 'Name' ? callee.name : 'undefined';
    if (isCycle(callee)) return compileCycle(args, compile);
    const callable = findCallable('method', name);
    if (callee.type !== 'Attribute') {
      throw new Error('only a method can be called, by its name after a dot');
    }
    checkLiterals('method', name, args);
    const bound = bindArgs(`method "${name}"`, callable, args);
    const checked = toChecked(`method "${name}"`, callable, bound);
    const apply: Callable['apply'] = (value, given, work) => {
      if (!isNothing(value)) return checked.apply(value, given, work);
      throw new Error('Cannot call something that is not a function: the value is missing or null');
    };
    return toCall({ apply, operand: compile(callee.object), args: bound.map(compile) });
  });
}

function isCycle(callee: Expression): boolean {
  if (callee.type !== 'Attribute' || callee.name !== 'cycle') return false;
  return callee.object.type === 'Name' && callee.object.name === 'loop';
}

/** `loop.cycle('odd', 'even')` */
function compileCycle({ positional, named }: Args, compile: Compile): Evaluate {
  if (positional.length === 0 || named.size > 0) throw new Error('loop.cycle needs its items');
  const items = positional.map(compile);
  const index = compile({
    type: 'Attribute',
    object: { type: 'Name', name: 'loop' },
    name: 'index0',
  });
  return (frame) => items[Number(index(frame)) % items.length]?.(frame);
}

/** Adds the line to a fault that has none. */
export function atLine<T>(line: number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TemplateFault) throw error;
    if (error instanceof RangeError) throw error;
    throw new TemplateFault(error.message, line);
  }
}

function checkLiterals(kind: 'filter' | 'method', name: string, args: Args): void {
  const fault = findLiteralFault(kind, name, args);
  if (fault !== undefined) throw new Error(fault);
}

/** `format(name='x')` fills places with names. */
function toFormatArgs({ positional, named }: Args): Args {
  if (named.size === 0) return { positional, named };
  if (positional.length > 0)
    throw new Error('filter "format" takes its arguments all by name, or none');
  const entries = [...named].map(
    ([name, value]) => [{ type: 'Constant', value: name }, value] as const,
  );
  return { positional: [{ type: 'Dict', entries }], named: new Map() };
}

export function checkFormat(node: Expression): void {
  if (node.type !== 'Constant' || typeof node.value !== 'string') return;
  const fault = findFormatFault(node.value);
  if (fault !== undefined) throw new Error(fault);
}

function bindArgs(what: string, callable: Callable, args: Args): readonly Expression[] {
  const bound = bind(what, callable.signature, args);
  // What is not written out is not known yet.
  const known = bound.map(toConstant);
  const fault = callable.check?.(known);
  if (fault !== undefined) throw new Error(fault);
  return bound;
}

/** The value of a literal; undefined for other expressions. */
function toConstant(node: Expression): Value {
  if (node.type === 'Constant') return node.value;
  if (node.type !== 'List' && node.type !== 'Tuple') return undefined;
  const items = node.items.map(toConstant);
  return items.includes(undefined) ? undefined : items;
}

/** Checks arguments that are no literals whenever they are used. */
function toChecked(what: string, { signature, apply }: Callable, bound: readonly Expression[]) {
  const open = bound.flatMap((node, at) => (node.type === 'Constant' ? [] : [at]));
  if (open.length === 0) return { apply };
  const checked = (value: Value, args: readonly Value[], work: Work) => {
    for (const at of open) checkArgument(what, signature.parameters[at], args[at]);
    return apply(value, args, work);
  };
  return { apply: checked };
}

interface Call {
  readonly apply: Callable['apply'];
  readonly operand: Evaluate;
  readonly args: readonly Evaluate[];
}

function toCall({ apply, operand, args }: Call): Evaluate {
  return (frame: Frame) => {
    frame.work.step();
    const value = operand(frame);
    return apply(
      value,
      args.map((arg) => arg(frame)),
      frame.work,
    );
  };
}
