import { parseTemplate, type RouteParameter, type RoutePart } from './route-template.ts';

export type RouteParams = Record<string, string>;

export interface CompiledRoute {
  /** The path with a leading slash, where the template has no parameter. */
  readonly literal: string | undefined;
  /** Names of the parameters. */
  readonly names: readonly string[];
  /** Matches a decoded `path`; undefined when it does not match. */
  match(path: string): RouteParams | undefined;
}

/**
 * Compiles the whole template to one regular expression, with the rules of ASP.NET: case is
 * ignored, one trailing slash is allowed, no parameter is empty, and trailing segments may be
 * missing where they are optional or have a default.
 */
export function compileRoute(template: string): CompiledRoute {
  const segments = parseTemplate(template);
  const parameters = segments.flat().filter((part) => typeof part !== 'string');
  const pattern = new RegExp(`^${toPattern(segments)}/?$`, 'is');
  return {
    names: parameters.map(({ name }) => name),
    literal: parameters.length === 0 ? `/${segments.join('/')}` : undefined,
    match(path) {
      const groups = pattern.exec(path);
      return groups === null ? undefined : readParams(parameters, groups);
    },
  };
}

function toPattern(segments: RoutePart[][]): string {
  let tail = '';
  let mayEnd = true;
  for (const segment of segments.toReversed()) {
    mayEnd &&= isOmittable(segment);
    const pattern = `/${toSegmentPattern(segment)}${tail}`;
    tail = mayEnd ? `(?:${pattern})?` : pattern;
  }
  return tail;
}

function isOmittable(segment: RoutePart[]): boolean {
  const [part] = segment;
  if (segment.length > 1 || part === undefined || typeof part === 'string') return false;
  return part.kind !== 'single' || part.default !== undefined;
}

function toSegmentPattern(segment: RoutePart[]): string {
  const last = segment.at(-1);
  const separator = segment.at(-2);
  // In `file.{ext?}` the dot is optional together with the extension.
  if (separator === '.' && typeof last === 'object' && last.kind === 'optional') {
    return `${toParts(segment.slice(0, -2))}(?:\\.([^/]+))?`;
  }
  return toParts(segment);
}

function toParts(parts: RoutePart[]): string {
  return parts.map(toPartPattern).join('');
}

function toPartPattern(part: RoutePart): string {
  if (typeof part === 'string') return RegExp.escape(part);
  // A catch-all includes later slashes, but must not begin with an empty segment.
  return part.kind === 'catch-all' ? '([^/].*)?' : '([^/]+)';
}

function readParams(
  parameters: RouteParameter[],
  groups: RegExpExecArray,
): RouteParams | undefined {
  const params: RouteParams = {};
  for (const [index, parameter] of parameters.entries()) {
    const value = groups[index + 1] || parameter.default;
    if (value === undefined) continue;
    if (!parameter.constraints.every((accepts) => accepts(value))) return undefined;
    params[parameter.name] = value;
  }
  return params;
}
