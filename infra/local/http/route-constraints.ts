/** Whether a decoded route value is acceptable. */
export type Constraint = (value: string) => boolean;

// https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
const decimalNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const guid = /^(\{|\()?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}(\}|\))?$/i;

const plain: Record<string, Constraint> = {
  int: (value) => isWhole(value, -(2n ** 31n), 2n ** 31n - 1n),
  long: (value) => isWhole(value, -(2n ** 63n), 2n ** 63n - 1n),
  bool: (value) => /^(true|false)$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: (value) => decimalNumber.test(value),
  double: (value) => decimalNumber.test(value),
  float: (value) => decimalNumber.test(value),
  guid: (value) => guid.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  required: (value) => value !== '',
};

const bounded: Record<string, (low: number, high: number) => Constraint> = {
  min: (low) => (value) => isWhole(value) && Number(value) >= low,
  max: (high) => (value) => isWhole(value) && Number(value) <= high,
  range: (low, high) => (value) => isWhole(value) && Number(value) >= low && Number(value) <= high,
  minlength: (low) => (value) => value.length >= low,
  maxlength: (high) => (value) => value.length <= high,
  length: (low, high) => (value) => value.length >= low && value.length <= high,
};

export function createConstraint(name: string, argument: string | undefined): Constraint {
  const key = name.toLowerCase();
  if (key === 'regex' && argument !== undefined) return createRegex(argument);
  const isPlain = Object.hasOwn(plain, key) && argument === undefined;
  if (isPlain && plain[key]) return plain[key];
  const create = Object.hasOwn(bounded, key) && argument !== undefined ? bounded[key] : undefined;
  if (!create) throw new SyntaxError(`The constraint reference '${name}' could not be resolved`);
  const [low = Number.NaN, high = low] = (argument ?? '').split(',').map(Number);
  if (Number.isNaN(low) || Number.isNaN(high)) {
    throw new SyntaxError(`${name}(${argument}) needs whole numbers`);
  }
  return create(low, high);
}

/** Not anchored, and ignores case, as RegexInlineRouteConstraint does. */
function createRegex(pattern: string): Constraint {
  const regex = new RegExp(pattern, 'i');
  return (value) => regex.test(value);
}

function isWhole(value: string, low = -(2n ** 63n), high = 2n ** 63n - 1n): boolean {
  if (!/^[+-]?\d{1,20}$/.test(value)) return false;
  const number = BigInt(value.replace('+', ''));
  return number >= low && number <= high;
}
