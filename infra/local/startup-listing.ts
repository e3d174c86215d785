import { styleText } from 'node:util';
import type { HttpRoute } from './http/router.ts';
import type { HostedFunction } from './worker/hosted-function.ts';

/** Lists functions as func does: HTTP functions with their URLs, then the others. */
export function formatListing(
  functions: readonly HostedFunction[],
  routes: readonly HttpRoute[],
  baseUrl: string,
): string {
  const byFunction = new Map(routes.map((route) => [route.fn, route]));
  const http = routes.map((route) => {
    const methods = route.methods.length > 0 ? `[${route.methods.join(',')}] ` : '';
    return `${toName(route.fn)} ${methods}${paint('green', `${baseUrl}/${route.path}`)}`;
  });
  const others = functions
    .filter((fn) => !byFunction.has(fn))
    .map((fn) => `${toName(fn)} ${fn.trigger.type}`);
  return ['Functions:', ...[...http, ...others].map((line) => `\t${line}`)].join('\n\n');
}

function toName(fn: HostedFunction): string {
  return paint('yellow', `${fn.name}:`);
}

function paint(colour: 'green' | 'yellow', text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}
