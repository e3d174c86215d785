import type { ApiRequest } from './request.ts';

/**
 * The caller of a request. A host does not say which of its keys was used.
 * - `function-key`: the request came through a host that asks for keys.
 * - `local`: the request came without a key, to a host on this machine that asks for none.
 */
export type Caller = { readonly kind: 'local' } | { readonly kind: 'function-key' };

/**
 * Finds out who calls. In Azure the host has checked a key. Elsewhere it has checked one that came
 * only if it was started with `--enableAuth`, which an app cannot see; a host without that lets
 * this machine (`npm start`) or everybody (`func start`) do everything, so a key that was not checked
 * gives nobody more than that.
 */
export function toCaller({ headers, query }: ApiRequest, isAzure: boolean): Caller {
  const hasKey = headers.get('x-functions-key') !== null || query.has('code');
  return { kind: isAzure || hasKey ? 'function-key' : 'local' };
}

const TEXTS = { local: 'local', 'function-key': 'function key' } as const;

/** The caller in a few words, for records and the log. */
export function toCallerText({ kind }: Caller): string {
  return TEXTS[kind];
}
