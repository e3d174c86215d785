import fc from 'fast-check';

type Holder = Record<string, unknown>;

/** Lists every key of every nested object and list. */
function placesOf(value: unknown): readonly (readonly [Holder, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesOf(holder[key])]);
}

const odd = fc.oneof(
  fc.constantFrom(undefined, null, '', 0, -1, 1e300, '\u0000', '\ud800', 'a'.repeat(2000)),
  fc.constantFrom([], {}, [null], JSON.parse('{"__proto__":{"polluted":1}}')),
  fc.jsonValue({ maxDepth: 2 }),
);
export const edits = fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 3 });

/** Creates a copy of a payload without some keys, or with odd values in their place. */
export function edit(payload: object, changes: readonly (readonly [number, unknown])[]): object {
  const copy: object = structuredClone(payload);
  for (const [at, value] of changes) {
    const places = placesOf(copy);
    const [holder, key] = places[at % places.length] ?? [];
    if (!holder || key === undefined) continue;
    if (value === undefined) delete holder[key];
    else holder[key] = structuredClone(value);
  }
  return copy;
}
