import type { PollerClass, Pollers } from '../poller.ts';
import type { BuiltInPollers } from './built-in.ts';

/** The pollers that triggers may name. */
export interface KnownPollers {
  readonly names: readonly string[];
  /** Pollers registered in code, and those built-in ones that are named. */
  readonly pollers: Pollers;
}

/**
 * @param named names that triggers use
 * @param registered pollers in code; they replace built-in ones of the same name
 */
export async function loadPollers(
  named: readonly string[],
  builtIn: BuiltInPollers,
  registered: ReadonlyMap<string, PollerClass> = new Map(),
): Promise<KnownPollers> {
  const loading = Object.entries(builtIn)
    .filter(([name]) => named.includes(name) && !registered.has(name))
    .map(async ([name, load]) => [name, await load()] as const);
  const pollers = Object.fromEntries([...(await Promise.all(loading)), ...registered]);
  return {
    names: [...new Set([...Object.keys(builtIn), ...registered.keys()])],
    // No prototype: a trigger may name `toString`.
    pollers: Object.assign(Object.create(null), pollers),
  };
}
