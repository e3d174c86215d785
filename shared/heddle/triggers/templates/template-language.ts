/**
 * The part of Jinja that templates are written in. What the library has besides is left out where it
 * calls, loops or multiplies without end.
 * @see https://jinja.palletsprojects.com/en/stable/templates/
 */

export const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  ...{ true: true, false: false, none: null },
  ...{ True: true, False: false, None: null },
};

export const METHODS = [
  ...['get', 'items', 'keys', 'values', 'dictsort', 'upper', 'lower', 'title', 'capitalize'],
  ...['strip', 'lstrip', 'rstrip', 'startswith', 'endswith', 'split', 'replace'],
];
export const FILTERS = [
  ...['abs', 'bool', 'capitalize', 'default', 'dictsort', 'first', 'float', 'indent', 'int'],
  ...['items', 'join', 'keys', 'last', 'length', 'list', 'lower', 'map', 'rejectattr', 'replace'],
  ...['reverse', 'safe', 'selectattr', 'sort', 'string', 'title', 'tojson', 'trim', 'unique'],
  ...['upper', 'values'],
];
export const TESTS = [
  ...['boolean', 'odd', 'even', 'false', 'true', 'none', 'string', 'number', 'integer'],
  ...['iterable', 'mapping', 'sequence', 'lower', 'upper', 'defined', 'undefined'],
];

/** More is no template but a program, and evaluation recurses as deep. */
export const MAX_NESTING = 100;

interface Shape {
  readonly expressions: readonly string[];
  /** Lists of what is written out, one after the other. */
  readonly bodies: readonly string[];
}

const leaf: Shape = { expressions: [], bodies: [] };
const of = (...expressions: string[]): Shape => ({ expressions, bodies: [] });

/** The fields in which each kind of node has its children. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  Program: { expressions: [], bodies: ['body'] },
  If: { expressions: ['test'], bodies: ['body', 'alternate'] },
  For: { expressions: ['iterable'], bodies: ['body', 'defaultBlock'] },
  Set: { expressions: ['value'], bodies: ['body'] },
  ...{ Break: leaf, Continue: leaf, Comment: leaf, Identifier: leaf },
  ...{ IntegerLiteral: leaf, FloatLiteral: leaf, StringLiteral: leaf },
  ...{ ArrayLiteral: of('value'), TupleLiteral: of('value'), ObjectLiteral: of('value') },
  MemberExpression: of('object'),
  SliceExpression: of('start', 'stop', 'step'),
  CallExpression: of('callee', 'args'),
  KeywordArgumentExpression: of('value'),
  BinaryExpression: of('left', 'right'),
  FilterExpression: of('operand'),
  SelectExpression: of('lhs', 'test'),
  TestExpression: of('operand'),
  UnaryExpression: of('argument'),
  Ternary: of('condition', 'trueExpr', 'falseExpr'),
};

/** What this language leaves out of Jinja, in the words a template has it in. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  Macro: '{% macro %}',
  CallStatement: '{% call %}',
  FilterStatement: '{% filter %}',
  SpreadExpression: 'an argument with *',
  KeywordSpreadExpression: 'an argument with **',
};
