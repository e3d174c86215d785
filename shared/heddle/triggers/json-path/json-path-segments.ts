import { jsonpath, TokenKind } from 'json-p3';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { toStep, toTest } from './json-path-filter.ts';
import type { Work } from './json-path-work.ts';

const { selectors } = jsonpath;

/** From what the segments before have found to what is found there. */
export type Segment = (values: readonly Json[], work: Work) => readonly Json[];
type Select = (value: Json, work: Work) => readonly Json[];

const NONE: readonly Json[] = [];

/**
 * What a parsed path does. The library parses and checks; it is followed here, because the library's
 * own way has no bounds: it copies the way to each value, goes down by recursion and looks at all
 * there is, however often selectors multiply it.
 * @throws what the path must not have
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

/** The value and all objects and lists in it, each before what it holds. */
function descend(root: Json, work: Work): readonly Json[] {
  const found: Json[] = [];
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    found.push(value);
    for (const child of toChildren(value, work).toReversed()) {
      if (typeof child === 'object' && child !== null) open.push(child);
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
