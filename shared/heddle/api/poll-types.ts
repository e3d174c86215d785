import { POLL_SOURCE } from '../domain/built-in-sources.ts';
import type { TriggerSnapshot } from '../triggers/catalogue/index.ts';

interface Named {
  readonly type?: string | undefined;
  readonly trigger?: string | undefined;
}

/**
 * Takes the name of a trigger that polls for the type of what its polls find, as which it was stored
 * before such events said what has happened (`file_created`).
 */
export function withPollTypes<T extends Named>(
  { triggers }: { readonly triggers: TriggerSnapshot },
  query: T,
): T {
  const { type, trigger = type } = query;
  if (type === undefined || trigger !== type) return query;
  const isPolled = triggers.listed.get(type)?.source === POLL_SOURCE;
  return isPolled ? { ...query, type: undefined, trigger } : query;
}
