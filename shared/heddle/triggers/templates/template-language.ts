/**
 * The supported part of Jinja. Parts of the library that call, loop or multiply without bound are
 * left out.
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

/** Deeper nesting makes a program of a template, and evaluation recurses as deep. */
export const MAX_NESTING = 100;

interface Shape {
  readonly expressions: readonly string[];
  /** Lists of nodes that are written out one after the other. */
  readonly bodies: readonly string[];
}

const leaf: Shape = { expressions: [], bodies: [] };
const of = (...expressions: string[]): Shape => ({ expressions, bodies: [] });

/** Fields that hold the children of each kind of node. */
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

/** Unsupported parts of Jinja, as a template spells them. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  Macro: '{% macro %}',
  CallStatement: '{% call %}',
  FilterStatement: '{% filter %}',
  SpreadExpression: 'an argument with *',
  KeywordSpreadExpression: 'an argument with **',
};
