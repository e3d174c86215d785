import type { PollerClass, Pollers } from '../poller.ts';
import { builtInPollers } from './built-in.ts';

/** What triggers may name. */
export interface KnownPollers {
  readonly names: readonly string[];
  /** Those of code, and of the built-in ones those that are named. */
  readonly pollers: Pollers;
}

/**
 * @param named what triggers name
 * @param registered in code: one of a built-in's name takes its place
 */
export async function loadPollers(
  named: readonly string[],
  registered: ReadonlyMap<string, PollerClass> = new Map(),
): Promise<KnownPollers> {
  const loading = Object.entries(builtInPollers)
    .filter(([name]) => named.includes(name) && !registered.has(name))
    .map(async ([name, load]) => [name, await load()] as const);
  const pollers = Object.fromEntries([...(await Promise.all(loading)), ...registered]);
  return {
    names: [...new Set([...Object.keys(builtInPollers), ...registered.keys()])],
    // Without what every object has: a trigger may name `toString`.
    pollers: Object.assign(Object.create(null), pollers),
  };
}
