import { jsonpath, TokenKind } from 'json-p3';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { toStep, toTest } from './json-path-filter.ts';
import type { Work } from './json-path-work.ts';

const { selectors } = jsonpath;

/** Maps the values found by the previous segments to those that this one finds. */
export type Segment = (values: readonly Json[], work: Work) => readonly Json[];
type Select = (value: Json, work: Work) => readonly Json[];

const NONE: readonly Json[] = [];

/**
 * Compiles a parsed path. The library parses and checks it; following it is done here, since the
 * library's own evaluation is unbounded: it copies the path to each value, descends by recursion
 * and visits all values, however often selectors multiply them.
 * @throws an error that names the part that is not allowed
 */
export function toSegments(path: jsonpath.JSONPathQuery): readonly Segment[] {
  if (path.segments.filter(isDescending).length > 1) {
    throw new Error('.. can be used once only: say the way in between');
  }
  return path.segments.map((segment) => {
    const selects = segment.selectors.map(toSelect);
    const select: Segment = (values, work) =>
      values.flatMap((value) => {
        work.spend(selects.length);
        return selects.flatMap((one) => one(value, work));
      });
    if (!isDescending(segment)) return select;
    return (values, work) =>
      select(
        values.flatMap((value) => descend(value, work)),
        work,
      );
  });
}

function isDescending({ token }: jsonpath.JSONPathSegment): boolean {
  return token.kind === TokenKind.DDOT;
}

/** The value and all objects and lists in it, each before its content. */
function descend(root: Json, work: Work): readonly Json[] {
  const found: Json[] = [];
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    found.push(value);
    for (const child of toChildren(value, work).toReversed()) {
      if (Array.isArray(child) || isJsonObject(child)) open.push(child);
    }
  }
  return found;
}

function toChildren(value: Json, work: Work): readonly Json[] {
  const children = isJsonObject(value) ? Object.values(value) : value;
  if (!Array.isArray(children)) return NONE;
  work.spend(children.length);
  return children;
}

function toSelect(selector: jsonpath.JSONPathSelector): Select {
  if (selector instanceof selectors.WildcardSelector) return toChildren;
  if (selector instanceof selectors.SliceSelector) return toSliceSelect(selector);
  if (selector instanceof selectors.FilterSelector) {
    const test = toTest(selector.expression);
    return (value, work) => toChildren(value, work).filter((child) => test(child, work));
  }
  const step = toStep(selector);
  return (value) => {
    const found = step(value);
    return found === undefined ? NONE : [found];
  };
}

function toSliceSelect({ start, stop, step = 1 }: jsonpath.selectors.SliceSelector): Select {
  return (value, work) => {
    if (!Array.isArray(value) || step === 0) return NONE;
    const { length } = value;
    const isForward = step > 0;
    const from = toBound(start ?? (isForward ? 0 : length - 1), length, isForward);
    const to = toBound(stop ?? (isForward ? length : -length - 1), length, isForward);
    const count = Math.max(0, Math.ceil((to - from) / step));
    work.spend(count);
    return Array.from({ length: count }, (_, index) => value[from + index * step]);
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc9535#section-2.3.4.2.2 */
function toBound(index: number, length: number, isForward: boolean): number {
  const [lowest, highest] = isForward ? [0, length] : [-1, length - 1];
  return Math.min(Math.max(index < 0 ? index + length : index, lowest), highest);
}
