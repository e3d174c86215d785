import type { Node } from './jinja.ts';
import {
  type Cost,
  type Costs,
  findArgumentFault,
  LOOPED,
  READ,
  toCallCost,
  WRITTEN,
} from './template-costs.ts';
import {
  CONSTANTS,
  FILTERS,
  LEFT_OUT,
  MAX_NESTING,
  METHODS,
  SHAPES,
  TESTS,
} from './template-language.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Walks a parsed template: checks what is not allowed, and collects the names it uses and the costs
 * of its parts.
 * @throws an error that names the fault
 */
export class TemplateRules {
  readonly costs: Costs = new Map();
  readonly #declared = new Set(Object.keys(CONSTANTS));
  readonly #used = new Set<string>();

  constructor(program: Node) {
    this.#visit(program, 0, false);
  }

  /** Names that the template uses without declaring them. */
  get roots(): readonly string[] {
    return [...this.#used].filter((name) => !this.#declared.has(name));
  }

  #visit(node: Node, depth: number, inLoop: boolean): void {
    const shape = SHAPES[node.type];
    if (!shape) throw new Error(`${LEFT_OUT[node.type] ?? node.type} is not supported`);
    if (depth > MAX_NESTING) throw new Error(`nests deeper than ${MAX_NESTING} levels`);
    const fields = toFields(node);
    if (inLoop && node.type === 'For') throw new Error('a loop in a loop is not supported');
    this.#check(node.type, fields);
    const children = shape.expressions.flatMap((name) => toNodes(fields[name]));
    const written = shape.bodies.flatMap((name) => toNodes(fields[name]));
    for (const child of written) this.costs.set(child, WRITTEN);
    if (node.type === 'FilterExpression') children.push(...this.#checkFilter(fields));
    if (node.type === 'MemberExpression' && fields.computed) {
      children.push(...toNodes(fields.property));
    }
    for (const child of [...children, ...written]) {
      this.#visit(child, depth + 1, inLoop || node.type === 'For');
    }
  }

  #check(type: string, fields: Fields): void {
    switch (type) {
      case 'Identifier':
        this.#used.add(String(fields.value));
        break;
      case 'For':
        this.#declared.add('loop');
        this.#declare(fields.loopvar as Node);
        this.#costLoop(fields.iterable as Node);
        break;
      case 'Set':
        this.#declare(fields.assignee as Node);
        break;
      case 'CallExpression':
        this.#checkMethod(fields);
        break;
      case 'BinaryExpression':
        this.#costOperands(fields);
        break;
      case 'MemberExpression':
        if (toFields(fields.property).type === 'SliceExpression') this.#cost(fields.object, READ);
        break;
      case 'TestExpression':
        checkName('test', String(toFields(fields.test).value), TESTS);
    }
  }

  #declare(target: Node): void {
    const names = target.type === 'TupleLiteral' ? toNodes(toFields(target).value) : [target];
    for (const node of names) {
      if (node.type !== 'Identifier') throw new Error('only a name can be set');
      this.#declared.add(String(toFields(node).value));
    }
  }

  /** For a loop with an `if`, the interpreter evaluates the left side only. */
  #costLoop(iterable: Node): void {
    this.#cost(iterable.type === 'SelectExpression' ? toFields(iterable).lhs : iterable, LOOPED);
  }

  #costOperands({ operator, left, right }: Fields): void {
    const isWriting = ['~', '+'].includes(String(toFields(operator).value));
    for (const operand of [left, right]) this.#cost(operand, isWriting ? WRITTEN : READ);
  }

  #checkMethod({ callee, args }: Fields): void {
    const { type, computed, object, property, value } = toFields(callee);
    const isMember = type === 'MemberExpression' && !computed;
    checkName('method', String(isMember ? toFields(property).value : value), METHODS);
    if (!isMember) throw new Error('only a method can be called, by its name after a dot');
    this.#checkCall(String(toFields(property).value), args as readonly Node[], object);
  }

  /** @returns the arguments; a filter's name is not a variable, so its call is not visited */
  #checkFilter({ operand, filter }: Fields): readonly Node[] {
    const { callee, args, value } = toFields(filter);
    const name = String(callee === undefined ? value : toFields(callee).value);
    checkName('filter', name, FILTERS);
    this.#checkCall(name, toNodes(args), operand);
    return toNodes(args);
  }

  #checkCall(name: string, args: readonly Node[], operand: unknown): void {
    const fault = findArgumentFault(name, args);
    if (fault !== undefined) throw new Error(fault);
    this.#cost(operand, toCallCost(name, args));
  }

  #cost(node: unknown, cost: Cost): void {
    this.costs.set(node, cost);
  }
}

function checkName(kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new Error(`unknown ${kind} "${name}" (known: ${known.join(', ')})`);
}

function toFields(node: unknown): Fields {
  return node as Fields;
}

function toNodes(value: unknown): Node[] {
  if (value === null || value === undefined) return [];
  if (value instanceof Map) return [...value].flat() as Node[];
  return Array.isArray(value) ? value : [value as Node];
}
