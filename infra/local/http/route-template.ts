import { type Constraint, createConstraint } from './route-constraints.ts';

export interface RouteParameter {
  name: string;
  kind: 'single' | 'optional' | 'catch-all';
  default: string | undefined;
  constraints: Constraint[];
}

export type RoutePart = string | RouteParameter;

/**
 * Parses an ASP.NET route template into its segments: `users/{id:int}/{tab=home}/{*rest}`.
 * https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
 */
export function parseTemplate(template: string): RoutePart[][] {
  const text = template.replace(/^~?\//, '').replace(/\/$/, '');
  if (text === '') return [];
  const segments: RoutePart[][] = [[]];
  let at = 0;
  while (at < text.length) {
    if (text[at] === '/') {
      segments.push([]);
      at++;
    } else {
      const [part, end] = readPart(text, at);
      segments.at(-1)?.push(part);
      at = end;
    }
  }
  validate(template, segments);
  return segments;
}

function readPart(text: string, start: number): [RoutePart, number] {
  const isParameter = text[start] === '{' && text[start + 1] !== '{';
  if (isParameter) {
    const [body, end] = readBraced(text, start + 1);
    return [parseParameter(body), end];
  }
  return readLiteral(text, start);
}

function readLiteral(text: string, start: number): [string, number] {
  let literal = '';
  let at = start;
  while (at < text.length && text[at] !== '/') {
    const isDoubled = text[at] === text[at + 1];
    if (text[at] === '{' && !isDoubled) break;
    if (text[at] === '}' && !isDoubled) throw new SyntaxError('a "}" closes nothing');
    literal += text[at];
    at += isDoubled && /[{}]/.test(text[at] ?? '') ? 2 : 1;
  }
  return [literal, at];
}

/** Reads up to the closing brace. Doubled braces stand for single ones, for example in a regex. */
function readBraced(text: string, start: number): [string, number] {
  let body = '';
  for (let at = start; at < text.length; at++) {
    const isDoubled = text[at] === text[at + 1];
    if (text[at] === '}' && !isDoubled) return [body, at + 1];
    body += text[at];
    if (isDoubled && /[{}]/.test(text[at] ?? '')) at++;
  }
  throw new SyntaxError('a "{" is not closed');
}

function parseParameter(body: string): RouteParameter {
  const match = /^(\*{0,2})([^:=?*{}/]+)(.*)$/s.exec(body);
  if (!match) throw new SyntaxError(`"{${body}}" is no route parameter`);
  const [, stars = '', name = '', rest = ''] = match;
  const [constraints, tail] = readConstraints(rest);
  const isOptional = tail === '?';
  if (tail !== '' && !isOptional && !tail.startsWith('=')) {
    throw new SyntaxError(`"${tail}" is not understood after {${name}`);
  }
  return {
    name,
    kind: stars ? 'catch-all' : isOptional ? 'optional' : 'single',
    default: tail.startsWith('=') ? tail.slice(1) : undefined,
    constraints,
  };
}

function readConstraints(text: string): [Constraint[], string] {
  const constraints: Constraint[] = [];
  let rest = text;
  while (rest.startsWith(':')) {
    // An argument ends at the first ")" before the next clause, since a regex may contain others.
    const match = /^:(\w+)(?:\((.*?)\)(?=$|[:=?]))?/s.exec(rest);
    if (!match) throw new SyntaxError(`"${rest}" is no route constraint`);
    constraints.push(createConstraint(match[1] ?? '', match[2]));
    rest = rest.slice(match[0].length);
  }
  return [constraints, rest];
}

function validate(template: string, segments: RoutePart[][]): void {
  const parts = segments.flat();
  const parameters = parts.filter((part) => typeof part !== 'string');
  const names = new Set(parameters.map(({ name }) => name.toLowerCase()));
  if (names.size < parameters.length) throw new SyntaxError('a route parameter comes twice');
  if (segments.some((segment) => segment.length === 0)) {
    throw new SyntaxError(`"//" in the route template '${template}'`);
  }
  const catchAll = parameters.find(({ kind }) => kind === 'catch-all');
  const isWholeLast = segments.at(-1)?.length === 1 && parts.at(-1) === catchAll;
  if (catchAll && !isWholeLast) {
    throw new SyntaxError(`{*${catchAll.name}} must be the whole last segment`);
  }
}
