import type { BinaryNode, ChoiceNode, CompareNode, Expression, SliceNode } from './ast.ts';
import { atLine, checkFormat, compileCall, compileFilter, compileTest } from './calls.ts';
import { type Context, checkDepth, type Evaluate } from './frame.ts';
import { getAttribute, getItem, getSlice } from './members.ts';
import { isNumeric, negate } from './numbers.ts';
import { combine, compareValues, concat } from './operators.ts';
import { isTrue, toTuple, type Value } from './values.ts';

/**
 * Compiles an expression to a function, and checks all that can be known before an event comes.
 * @throws {TemplateFault}
 */
export function compileNode(node: Expression, context: Context, depth: number): Evaluate {
  checkDepth(depth);
  const compile = (inner: Expression) => compileNode(inner, context, depth + 1);
  switch (node.type) {
    case 'Constant':
      return () => node.value;
    case 'Name':
      context.used.add(node.name);
      return counted((frame) => frame.scope.get(node.name));
    case 'Attribute':
      return compileAttribute(node.name, compile(node.object));
    case 'Item':
      return compileItem(compile(node.object), compile(node.key));
    case 'Slice':
      return compileSlice(node, compile);
    case 'Call':
      return compileCall(node, compile);
    case 'Filter':
      return compileFilter(node, compile);
    case 'Test':
      return compileTest(node, compile);
    default:
      return compileOperator(node, compile);
  }
}

type Compile = (node: Expression) => Evaluate;

function counted(evaluate: Evaluate): Evaluate {
  return (frame) => {
    frame.work.step();
    return evaluate(frame);
  };
}

function compileOperator(
  node: Exclude<Expression, { type: 'Constant' | 'Name' | 'Call' | 'Filter' | 'Test' }>,
  compile: Compile,
): Evaluate {
  switch (node.type) {
    case 'List':
      return compileList(node.items.map(compile), false);
    case 'Tuple':
      return compileList(node.items.map(compile), true);
    case 'Concat': {
      const items = node.items.map(compile);
      return counted((frame) =>
        concat(
          items.map((item) => item(frame)),
          frame.work,
        ),
      );
    }
    case 'Dict':
      return compileDict(node.entries, compile);
    case 'Not': {
      const operand = compile(node.operand);
      return counted((frame) => !isTrue(operand(frame)));
    }
    case 'Minus':
    case 'Plus':
      return compileSign(node.type, compile(node.operand));
    case 'And':
    case 'Or':
      return compileLogic(node.type, compile(node.left), compile(node.right));
    case 'Compare':
      return compileComparison(node, compile);
    case 'Binary':
      return compileBinary(node, compile);
    case 'Choice':
      return compileChoice(node, compile);
    default:
      throw new Error(`${node.type} is not supported`);
  }
}

function compileAttribute(name: string, object: Evaluate): Evaluate {
  return counted((frame) => getAttribute(object(frame), name));
}

function compileItem(object: Evaluate, key: Evaluate): Evaluate {
  return counted((frame) => getItem(object(frame), key(frame), frame.work));
}

function compileSlice({ object, bounds }: SliceNode, compile: Compile): Evaluate {
  const value = compile(object);
  const limits = bounds.map((bound) => (bound ? compile(bound) : () => undefined));
  return counted((frame) =>
    getSlice(
      value(frame),
      limits.map((limit) => limit(frame)),
      frame.work,
    ),
  );
}

function compileList(items: readonly Evaluate[], isTuple: boolean): Evaluate {
  return counted((frame) => {
    const values = items.map((item) => item(frame));
    return isTuple ? toTuple(...values) : values;
  });
}

function compileDict(
  entries: readonly (readonly [Expression, Expression])[],
  compile: Compile,
): Evaluate {
  const compiled = entries.map(([key, value]) => {
    if (key.type === 'Constant' && typeof key.value !== 'string') throw new Error(KEYS);
    return [compile(key), compile(value)] as const;
  });
  return counted((frame) => {
    const dict = new Map<string, Value>();
    for (const [key, value] of compiled) dict.set(toKey(key(frame)), value(frame));
    return dict;
  });
}

const KEYS = 'Object keys must be strings';

function toKey(key: Value): string {
  if (typeof key === 'string') return key;
  throw new Error(KEYS);
}

function compileSign(type: 'Minus' | 'Plus', operand: Evaluate): Evaluate {
  const operator = type === 'Minus' ? '-' : '+';
  return counted((frame) => {
    const value = operand(frame);
    if (!isNumeric(value)) throw new Error(`Unknown operator "${operator}" for what is no number`);
    if (type === 'Minus') return negate(value);
    return typeof value === 'boolean' ? Number(value) : value;
  });
}

function compileLogic(type: 'And' | 'Or', left: Evaluate, right: Evaluate): Evaluate {
  return counted((frame) => {
    const value = left(frame);
    return isTrue(value) === (type === 'And') ? right(frame) : value;
  });
}

function compileComparison({ first, rest }: CompareNode, compile: Compile): Evaluate {
  const start = compile(first);
  const links = rest.map(({ operator, operand }) => ({ operator, operand: compile(operand) }));
  return counted((frame) => {
    let left = start(frame);
    for (const { operator, operand } of links) {
      const right = operand(frame);
      if (!compareValues(operator, left, right, frame.work)) return false;
      left = right;
    }
    return true;
  });
}

function compileBinary({ operator, left, right, line }: BinaryNode, compile: Compile): Evaluate {
  if (operator === '%') atLine(line, () => checkFormat(left));
  const [a, b] = [compile(left), compile(right)];
  return counted((frame) => combine(operator, a(frame), b(frame), frame.work));
}

function compileChoice({ condition, met, unmet }: ChoiceNode, compile: Compile): Evaluate {
  const [ask, yes] = [compile(condition), compile(met)];
  const no = unmet ? compile(unmet) : () => undefined;
  return counted((frame) => (isTrue(ask(frame)) ? yes(frame) : no(frame)));
}
