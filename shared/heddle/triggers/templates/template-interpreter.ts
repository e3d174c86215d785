import { isExact } from '../../domain/exact-number.ts';
import { applyExactFilter, calculate, findExactLiteral, negate } from './exact-values.ts';
import { Interpreter, type Node, type Scope, type Value } from './jinja.ts';
import { findComparison, toTruth } from './template-comparisons.ts';
import { type Cost, type Costs, LOOPED } from './template-costs.ts';
import { toConcatenated, toItems, toName, toOperand } from './template-nothing.ts';

/** Nodes evaluated: turns of loops times the nodes within. */
const MAX_STEPS = 100_000;
/** Characters and items read and written: tens of times the largest possible output. */
const MAX_WORK = 10_000_000;

interface BinaryNode extends Node {
  readonly operator: { readonly value: string };
  readonly left: Node;
  readonly right: Node;
}

interface UnaryNode extends Node {
  readonly operator: { readonly value: string };
  readonly argument: Node;
}

/** A node that the library need not evaluate again. */
interface Evaluated extends Node {
  readonly type: 'Evaluated';
  readonly value: Value;
}

const OWN_OPERATORS = ['~', '+', '-', '*', '%'];

/**
 * Adds two bounds to the library's interpreter, which has none: every node is counted when it is
 * evaluated, and a value is weighed before it is read through or written out. Nothing is
 * interrupted in between: one filter over one payload runs to its end. Comparisons are those of
 * `template-comparisons.ts`; a missing value is empty, by `template-nothing.ts`.
 */
export class BoundedInterpreter extends Interpreter {
  readonly #costs: Costs;
  #steps = 0;
  #work = 0;

  constructor(scope: Scope, costs: Costs) {
    super(scope);
    this.#costs = costs;
  }

  override evaluate(node: Node | undefined, scope: Scope): Value | undefined {
    if (node && isEvaluated(node)) return node.value;
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new Error(`takes more than ${MAX_STEPS} steps`);
    // The library fails on `first` and `last` of an empty list, which return nothing at all.
    const value =
      this.#combine(node, scope) ?? super.evaluate(node, scope) ?? super.evaluate(undefined, scope);
    const cost = this.#costs.get(node);
    if (value && cost) this.#spend(value, cost);
    return value && cost === LOOPED ? toItems(value) : value;
  }

  override applyFilter(operand: Value, filter: Node, scope: Scope): Value {
    const exact = applyExactFilter(toName(filter), operand);
    return exact ?? super.applyFilter(toOperand(operand, filter), filter, scope);
  }

  /** Compares, concatenates and calculates. Undefined: the library evaluates the node. */
  #combine(node: Node | undefined, scope: Scope): Value | undefined {
    if (node?.type === 'StringLiteral') return findExactLiteral(node);
    if (node?.type === 'UnaryExpression') return this.#negate(node as UnaryNode, scope);
    if (node?.type !== 'BinaryExpression') return undefined;
    const { operator, left, right } = node as BinaryNode;
    const compare = findComparison(operator.value);
    if (!compare && !OWN_OPERATORS.includes(operator.value)) return undefined;
    const [a, b] = [this.evaluate(left, scope), this.evaluate(right, scope)];
    if (!a || !b) return undefined;
    if (compare) return toTruth(compare(a, b, this.#spendOne));
    if (operator.value === '~') return toConcatenated(a, b);
    const sides = { left: toEvaluated(a), right: toEvaluated(b) };
    return calculate(operator.value, a, b) ?? super.evaluate({ ...node, ...sides }, scope);
  }

  #negate({ operator, argument }: UnaryNode, scope: Scope): Value | undefined {
    const value = operator.value === '-' ? this.evaluate(argument, scope) : undefined;
    if (!value) return undefined;
    const node = { type: 'UnaryExpression', operator, argument: toEvaluated(value) };
    return negate(value) ?? super.evaluate(node, scope);
  }

  readonly #spendOne = () => this.#add(1);

  #add(work: number): void {
    this.#work += work;
    if (this.#work > MAX_WORK) throw new Error(`takes more than ${MAX_WORK} characters of work`);
  }

  #spend(value: Value, { kind, factor }: Cost): void {
    if (kind === 'deep' && value.type === 'FunctionValue') {
      throw new Error('a method without () is no value');
    }
    const left = (MAX_WORK - this.#work) / factor;
    this.#add(weigh(value, kind === 'deep', left) * factor);
  }
}

function toEvaluated(value: Value): Evaluated {
  return { type: 'Evaluated', value };
}

function isEvaluated(node: Node): node is Evaluated {
  return node.type === 'Evaluated';
}

/** Stops above `limit`: a list that contains itself many times over cannot be counted. */
function weigh({ value }: Value, isDeep: boolean, limit: number): number {
  if (typeof value === 'string') return value.length;
  if (isExact(value)) return value.text.length;
  const entries = toEntries(value);
  if (!entries) return 1;
  let weight = entries.length;
  for (const [key, item] of isDeep ? entries : []) {
    if (weight > limit) return weight;
    weight += key.length + weigh(item, true, limit - weight);
  }
  return weight;
}

function toEntries(value: unknown): readonly (readonly [string, Value])[] | undefined {
  if (value instanceof Map) return [...value];
  return Array.isArray(value) ? value.map((item) => ['', item]) : undefined;
}
