import { isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import type { Targets } from './yaml-aliases.ts';
import { isMergeKey, listMerged, resolve, toKey } from './yaml-value.ts';

/**
 * Finds where the value at a path is written, or the nearest value around it if there is none. A value
 * in a mapping begins with its key, a value in a list with itself. What came by an alias or a merge key
 * is where its anchor is.
 */
export function findNode(
  contents: Node | null,
  path: readonly PropertyKey[],
  targets: Targets,
): Node | undefined {
  let at = resolve(contents, targets);
  let found = at;
  for (const part of path) {
    const next = at && findPart(at, part, targets);
    if (!next) return found;
    found = next.place;
    at = resolve(next.value, targets);
  }
  return found;
}

interface Part {
  readonly place: Node | undefined;
  readonly value: unknown;
}

function findPart(node: Node, part: PropertyKey, targets: Targets): Part | undefined {
  if (isMap(node)) return findField(node, String(part), targets);
  if (!isSeq(node) || typeof part !== 'number' || part >= node.items.length) return undefined;
  const item = node.items[part];
  return { place: item as Node, value: item };
}

/** A field of the map itself wins over those that are merged in. */
function findField(map: YAMLMap, name: string, targets: Targets): Part | undefined {
  const own = map.items.find((pair) => !isMergeKey(pair) && toKey(pair.key, targets) === name);
  if (own) return { place: own.key as Node, value: own.value };
  for (const pair of map.items.filter(isMergeKey)) {
    for (const source of listMerged(pair, targets)) {
      const merged = isMap(source) ? findField(source, name, targets) : undefined;
      if (merged) return merged;
    }
  }
  return undefined;
}
