import { findNearest } from '../../domain/did-you-mean.ts';
import { findSlip } from './slips.ts';
import type { ObjectShape, Shape } from './vocabulary/shape.ts';

/** Where a path leads in an event of a known shape. */
export type Led =
  | { readonly to: 'value'; readonly shapes: readonly Shape[] }
  /** Nobody knows. */
  | { readonly to: 'unknown' }
  | {
      readonly to: 'nothing';
      /** How many of its names lead somewhere. */
      readonly depth: number;
      /** What is there instead. */
      readonly at: Shape;
      /** The path that was probably meant. */
      readonly meant?: string;
    };

/** Follows a path in all shapes that the event may have; it leads nowhere if it does so in all. */
export function follow(shapes: readonly Shape[], path: readonly string[]): Led {
  const led = shapes.map((shape) => followOne(shape, path));
  if (led.some(({ to }) => to === 'unknown')) return { to: 'unknown' };
  const found = led.flatMap((one) => (one.to === 'value' ? one.shapes : []));
  if (found.length > 0) return { to: 'value', shapes: found };
  const lost = led.filter((one) => one.to === 'nothing');
  const [first, ...others] = lost.toSorted((a, b) => b.depth - a.depth);
  if (!first) return { to: 'unknown' };
  const meant = [first, ...others].find((one) => one.meant !== undefined)?.meant;
  return meant === undefined ? first : { ...first, meant };
}

function followOne(root: Shape, path: readonly string[]): Led {
  const led = walk(root, path);
  return 'depth' in led ? toLost(root, led.at, path, led.depth) : led;
}

type Walked =
  | Exclude<Led, { readonly to: 'nothing' }>
  | { readonly to: 'nothing'; readonly depth: number; readonly at: Shape };

function walk(root: Shape, path: readonly string[]): Walked {
  let shape = root;
  for (const [depth, name] of path.entries()) {
    if (shape.kind === 'any') return { to: 'unknown' };
    if (shape.kind === 'list' && /^\d+$/.test(name)) {
      shape = shape.item;
      continue;
    }
    const next = shape.kind === 'object' ? shape.fields.get(name) : undefined;
    if (!next) return { to: 'nothing', depth, at: shape };
    shape = next;
  }
  return { to: 'value', shapes: [shape] };
}

function toLost(root: Shape, at: Shape, path: readonly string[], depth: number): Led {
  const name = path[depth] ?? '';
  const known = at.kind === 'object' ? [...at.fields.keys()] : [];
  const slip = findSlip(name, known);
  if (slip !== undefined) {
    const meant = [...path.slice(0, depth), slip, ...path.slice(depth + 1)].join('.');
    return { to: 'nothing', depth, at, meant };
  }
  if (at.kind === 'object' && at.isOpen) return { to: 'unknown' };
  const elsewhere = root.kind === 'object' ? findElsewhere(root, path.slice(depth)) : undefined;
  const near = elsewhere === undefined ? findNearest(name, known) : undefined;
  const meant = near === undefined ? elsewhere : [...path.slice(0, depth), near].join('.');
  return { to: 'nothing', depth, at, ...(meant === undefined ? {} : { meant }) };
}

const MAX_SEARCHED = 2;

/** Looks for the rest of the path in the objects of the event: `title` is in `pull_request`. */
function findElsewhere(root: ObjectShape, rest: readonly string[]): string | undefined {
  let places: readonly (readonly [path: readonly string[], shape: ObjectShape])[] = [[[], root]];
  for (let depth = 0; depth <= MAX_SEARCHED; depth++) {
    for (const [path, shape] of places) {
      if (walk(shape, rest).to === 'value') return [...path, ...rest].join('.');
    }
    places = places.flatMap(([path, { fields }]) =>
      [...fields].flatMap(([name, shape]) =>
        shape.kind === 'object' && name !== 'fields' ? [[[...path, name], shape] as const] : [],
      ),
    );
  }
  return undefined;
}

/** The one kind that all of them are; undefined where they differ. */
export function toOneKind(shapes: readonly Shape[]): Shape['kind'] | undefined {
  const kinds = new Set(shapes.map(({ kind }) => kind));
  const [kind] = kinds;
  return kinds.size === 1 ? kind : undefined;
}
