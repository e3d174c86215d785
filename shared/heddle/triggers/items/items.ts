import { type Event, toEventView } from '../../domain/event.ts';
import type { FannedOut, ForEach, RunItem } from '../../domain/for-each.ts';
import { MAX_ITEMS } from '../../domain/for-each.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { isEmptyKey } from '../empty-key.ts';
import { followPath, Work } from '../json-path/index.ts';
import { createRenderer } from '../templates/index.ts';

/**
 * The items of an event, for each of which a trigger runs. Everything is computed from the event and
 * from `forEach` as it was when the event was matched, so that a redelivery finds the same items.
 */

type Named = { readonly name: string; readonly source: string };

export interface Item extends RunItem {
  /** Absent: the position tells it apart. */
  readonly key?: string;
}

export interface Fan {
  readonly items: readonly Item[];
  readonly beyond: number;
  readonly repeated: number;
}

/**
 * @returns the value at the path, of which only a list has items
 * @throws when the path takes too much work
 */
export function findList(path: string, event: Pick<Event, 'data' | 'fields'>): Json | undefined {
  return followPath(path, toEventView(event), new Work());
}

/**
 * Lists the items that run: the first with each key, and no more than `max`. A key that renders to
 * nothing is no key. Keys are rendered for the first {@link MAX_ITEMS} items only.
 * @throws {TerminalError} `template_invalid`
 */
export function listItems(trigger: Named, { path, max, key }: ForEach, event: Event): Fan {
  const list = findList(path, event);
  const values = Array.isArray(list) ? list : [];
  const toKey = createKeys(trigger, key, event);
  const seen = new Set<string>();
  const items: Item[] = [];
  let repeated = 0;
  for (const [index, value] of values.slice(0, MAX_ITEMS).entries()) {
    if (items.length === max) break;
    const text = toKey(value, index);
    if (text !== undefined && seen.has(text)) repeated += 1;
    else items.push({ index, path, ...(text === undefined ? {} : { key: text }) });
    if (text !== undefined) seen.add(text);
  }
  return { items, repeated, beyond: values.length - items.length - repeated };
}

/** Counts the items, for the decision. */
export function countItems(trigger: Named, forEach: ForEach, event: Event): FannedOut {
  const { items, beyond, repeated } = listItems(trigger, forEach, event);
  return {
    ...{ ...forEach, count: items.length },
    ...(beyond > 0 ? { beyond } : {}),
    ...(repeated > 0 ? { repeated } : {}),
  };
}

type ToKey = (item: Json, index: number) => string | undefined;

/** The event is converted once, for the keys of all its items. */
function createKeys(trigger: Named, key: string | undefined, event: Event): ToKey {
  if (key === undefined) return () => undefined;
  return (item, index) => {
    const text = createRenderer(trigger, event, { item, index })(key, 'forEach.key').trim();
    return isEmptyKey(key, text) ? undefined : text;
  };
}

/** The event as the run of an item sees it: the payload with `item` and `index`. */
export function toItemEvent(event: Event, { path, index }: RunItem): Event {
  const list = findList(path, event);
  const item = Array.isArray(list) ? list[index] : undefined;
  return { ...event, data: { ...event.data, ...(item === undefined ? {} : { item }), index } };
}

/**
 * Takes the list out of the event of an item's run, where its path is plain: with it, an event that
 * is kept with its runs would be kept as often as it has items.
 */
export function withoutList(event: Event, path: string): Event {
  const names = /^\$(?:\.[A-Za-z_]\w*)+$/.test(path) ? path.slice(2).split('.') : [];
  return names.length === 0 ? event : { ...event, data: omitAt(event.data, names) };
}

function omitAt(value: JsonObject, [name = '', ...rest]: readonly string[]): JsonObject {
  const { [name]: found, ...others } = value;
  if (found === undefined || name === 'item' || name === 'index') return value;
  if (rest.length === 0) return others;
  return isJsonObject(found) ? { ...others, [name]: omitAt(found, rest) } : value;
}
