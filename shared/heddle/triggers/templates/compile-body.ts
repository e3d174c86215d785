import type { Body, Expression, ForNode, IfNode, SetNode, Statement, Target } from './ast.ts';
import { TemplateFault } from './ast.ts';
import { compileNode } from './compile-expression.ts';
import { type Context, checkDepth, type Evaluate, type Frame, type Run, Scope } from './frame.ts';
import { toItems } from './operands.ts';
import { toText } from './spelling.ts';
import { type Dict, isList, isTrue, type List, type Value } from './values.ts';

/** Each turn of a loop creates a scope of variables. */
const LOOP_FACTOR = 100;

/** Where a statement stands. */
interface Place {
  readonly context: Context;
  readonly depth: number;
  readonly isInLoop: boolean;
}

class Break extends Error {}
class Continue extends Error {}

/** @throws {TemplateFault} */
export function compileBody(body: Body, place: Place): Run {
  checkDepth(place.depth);
  const runs = body.map((statement) => compileStatement(statement, place));
  return (frame) => {
    for (const run of runs) run(frame);
  };
}

function compileStatement(statement: Statement, place: Place): Run {
  switch (statement.type) {
    case 'Text':
      return (frame) => write(frame, statement.text);
    case 'Output':
      return atLineOf(statement, compileOutput(toEvaluate(statement.value, place)));
    case 'If':
      return compileIf(statement, place);
    case 'For':
      return compileFor(statement, place);
    case 'Set':
      return compileSet(statement, place);
    default:
      return compileJump(statement, place);
  }
}

function toEvaluate(node: Expression, { context, depth }: Place): Evaluate {
  return compileNode(node, context, depth + 1);
}

function toInner(place: Place, isInLoop = place.isInLoop): Place {
  return { ...place, depth: place.depth + 1, isInLoop };
}

function atLineOf({ line }: { readonly line: number }, run: Run): Run {
  return (frame) => {
    frame.line = line;
    run(frame);
  };
}

function write(frame: Frame, text: string): void {
  frame.work.spend(text.length);
  frame.out += text;
}

function compileOutput(value: Evaluate): Run {
  return (frame) => {
    const result = value(frame);
    if (typeof result !== 'string') frame.work.readAll(result);
    write(frame, toText(result));
  };
}

function compileIf(node: IfNode, place: Place): Run {
  const condition = toEvaluate(node.condition, place);
  const [met, unmet] = [node.met, node.unmet].map((body) => compileBody(body, toInner(place)));
  return atLineOf(node, (frame) => (isTrue(condition(frame)) ? met : unmet)?.(frame));
}

function compileJump(
  { type, line }: { type: 'Break' | 'Continue'; line: number },
  place: Place,
): Run {
  const name = type.toLowerCase();
  if (!place.isInLoop) throw new TemplateFault(`{% ${name} %} stands in no loop`, line);
  return () => {
    throw type === 'Break' ? new Break() : new Continue();
  };
}

function compileSet(node: SetNode, place: Place): Run {
  const assign = compileTarget(node.target, place);
  const { value } = node;
  if (!Array.isArray(value)) {
    const evaluate = toEvaluate(value as Expression, place);
    return atLineOf(node, (frame) => assign(frame.scope, evaluate(frame)));
  }
  const body = compileBody(value as Body, toInner(place));
  return atLineOf(node, (frame) => assign(frame.scope, capture(frame, body)));
}

/** Renders to a text instead of the output. */
function capture(frame: Frame, body: Run): string {
  const { out, scope } = frame;
  frame.out = '';
  frame.scope = new Scope(scope);
  body(frame);
  const text = frame.out;
  [frame.out, frame.scope] = [out, scope];
  return text;
}

type Assign = (scope: Scope, value: Value) => void;

function compileTarget(target: Target, { context }: Place): Assign {
  const names = typeof target === 'string' ? [target] : target;
  for (const name of names) context.declared.add(name);
  if (typeof target === 'string') return (scope, value) => scope.set(target, value);
  return (scope, value) => {
    const items = isList(value) || typeof value === 'string' ? toItems(value) : [];
    if (items.length !== names.length)
      throw new Error(`${names.length} items are expected to unpack`);
    for (const [at, name] of names.entries()) scope.set(name, items[at]);
  };
}

function compileFor(node: ForNode, place: Place): Run {
  if (place.isInLoop) throw new TemplateFault('a loop in a loop is not supported', node.line);
  const all = toEvaluate(node.all, place);
  place.context.declared.add('loop');
  const assign = compileTarget(node.target, place);
  const inner = toInner(place, true);
  const condition = node.condition && toEvaluate(node.condition, inner);
  const body = compileBody(node.body, inner);
  const otherwise = compileBody(node.otherwise, toInner(place));
  return atLineOf(node, (frame) => {
    const { scope } = frame;
    const found = all(frame);
    frame.work.read(found, LOOP_FACTOR);
    const items = pick(frame, toItems(found), assign, condition);
    const isTurned = turn(frame, items, assign, body);
    frame.scope = scope;
    if (!isTurned) inScope(frame, otherwise);
  });
}

function inScope(frame: Frame, run: Run): void {
  const { scope } = frame;
  frame.scope = new Scope(scope);
  run(frame);
  frame.scope = scope;
}

/** The items that meet the loop's `if`. */
function pick(frame: Frame, items: List, assign: Assign, condition?: Evaluate): List {
  if (!condition) return items;
  const { scope } = frame;
  const picked = items.filter((item) => {
    frame.scope = new Scope(scope);
    assign(frame.scope, item);
    return isTrue(condition(frame));
  });
  frame.scope = scope;
  return picked;
}

/** @returns whether a turn came to its end: as in Jinja2, those that were left do not count */
function turn(frame: Frame, items: List, assign: Assign, body: Run): boolean {
  const { scope } = frame;
  let isTurned = false;
  for (const [at, item] of items.entries()) {
    frame.scope = new Scope(scope);
    frame.scope.set('loop', toLoop(items, at));
    assign(frame.scope, item);
    try {
      body(frame);
      isTurned = true;
    } catch (error) {
      if (error instanceof Break) break;
      if (!(error instanceof Continue)) throw error;
    }
  }
  frame.scope = scope;
  return isTurned;
}

function toLoop(items: List, at: number): Dict {
  const { length } = items;
  return new Map<string, Value>([
    ['index', at + 1],
    ['index0', at],
    ['revindex', length - at],
    ['revindex0', length - at - 1],
    ['first', at === 0],
    ['last', at === length - 1],
    ['length', length],
    ['depth', 1],
    ['depth0', 0],
    ['previtem', items[at - 1]],
    ['nextitem', items[at + 1]],
  ]);
}
