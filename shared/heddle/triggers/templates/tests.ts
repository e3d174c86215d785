import { COMPARISONS } from './comparisons.ts';
import { type Callable, define } from './filter.ts';
import { calculate, isFloat, isNumeric } from './numbers.ts';
import { toNumeric } from './operands.ts';
import { isLower, isUpper } from './python-texts.ts';
import { toText } from './spelling.ts';
import { isDict, isList, type Value } from './values.ts';

const compare = (operator: string): Callable =>
  define('other', (value, [other], work) => {
    work.read(value);
    work.read(other);
    const spend = () => work.spend(1);
    return COMPARISONS[operator]?.(value, other, spend) ?? false;
  });

const ofValue = (holds: (value: Value) => boolean) => define('', (value) => holds(value));

const isInteger = (value: Value) =>
  isNumeric(value) && !isFloat(value) && typeof value !== 'boolean';
const isMany = (value: Value) =>
  value === undefined || typeof value === 'string' || isList(value) || isDict(value);

/** Whether the rest is the one expected, of an integer of any size. */
function isDivisible(value: Value, divisor: Value, expected = 0): boolean {
  const rest = calculate('%', toNumeric(value), toNumeric(divisor));
  return COMPARISONS['==']?.(rest, expected, () => undefined) ?? false;
}

const isConstant = (value: Value) => value === null || typeof value === 'boolean';

/** Tests of Jinja2. */
export const TESTS = {
  boolean: ofValue((value) => typeof value === 'boolean'),
  defined: ofValue((value) => value !== undefined),
  divisibleby: define(
    'num:number',
    (value, [divisor]) => isDivisible(value, divisor),
    ([num]) => (num === 0 ? 'the argument "num" of test "divisibleby" must not be 0' : undefined),
  ),
  eq: compare('=='),
  equalto: compare('=='),
  even: ofValue((value) => isDivisible(value, 2)),
  false: ofValue((value) => value === false),
  float: ofValue(isFloat),
  ge: compare('>='),
  greaterthan: compare('>'),
  gt: compare('>'),
  in: compare('in'),
  integer: ofValue(isInteger),
  iterable: ofValue(isMany),
  le: compare('<='),
  lessthan: compare('<'),
  lower: ofValue((value) => isLower(toText(value))),
  lt: compare('<'),
  mapping: ofValue(isDict),
  ne: compare('!='),
  none: ofValue((value) => value === null),
  number: ofValue(isNumeric),
  odd: ofValue((value) => isDivisible(value, 2, 1)),
  sameas: define(
    'other',
    (value, [other]) => isConstant(other) && value === other,
    ([other]) =>
      isConstant(other) ? undefined : 'test "sameas" takes true, false or none: use eq for others',
  ),
  sequence: ofValue(isMany),
  string: ofValue((value) => typeof value === 'string'),
  true: ofValue((value) => value === true),
  undefined: ofValue((value) => value === undefined),
  upper: ofValue((value) => isUpper(toText(value))),
};

/** Tests that only the filters `select`, `selectattr` and the like can name. */
export const OPERATOR_TESTS = {
  '==': compare('=='),
  '!=': compare('!='),
  '<': compare('<'),
  '<=': compare('<='),
  '>': compare('>'),
  '>=': compare('>='),
};
