import { BUILT_IN_SOURCES } from '../connectors/built-in-sources.ts';
import type { Endpoint } from '../sources/custom/endpoint.ts';
import { loadKinds, sourceKinds } from '../sources/kinds.ts';
import type { SourceKind } from '../sources/source.ts';

const KIND = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'OPTIONS'];

/** Loads the product's kinds of sources, with the app's endpoints, and adds the app's own kinds. */
export async function loadAllKinds({
  endpoints,
  kinds,
}: {
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly kinds: readonly SourceKind[];
}): Promise<readonly SourceKind[]> {
  const [known, { codeOfKinds }] = await Promise.all([
    loadKinds(sourceKinds),
    import('../sources/kinds-in-full.ts'),
  ]);
  const custom = codeOfKinds.createCustomKind(endpoints);
  return [...known.map((kind) => (kind.kind === custom.kind ? custom : kind)), ...kinds];
}

/** Finds kinds of an app that cannot be used, with the reason. */
export function findKindFaults(kinds: readonly SourceKind[]): ReadonlyMap<SourceKind, string> {
  const taken = new Set([...BUILT_IN_SOURCES, ...sourceKinds.map(({ kind }) => kind)]);
  const faults = new Map<SourceKind, string>();
  for (const source of kinds) {
    const fault = findFault(source, taken);
    if (fault === undefined) taken.add(source.kind);
    else faults.set(source, `source kind "${source?.kind}": ${fault}`);
  }
  return faults;
}

function findFault(source: SourceKind, taken: ReadonlySet<string>): string | undefined {
  if (typeof source?.create !== 'function') return 'expected what defineSource returns';
  const { kind, methods } = source;
  if (!KIND.test(kind)) return 'expected lower-case letters, digits, "_" or "-"';
  if (taken.has(kind)) return 'there is one of this name already: choose another';
  const unknown = methods.find((method) => !METHODS.includes(method));
  if (unknown === undefined && methods.length > 0) return undefined;
  return `methods: expected some of ${METHODS.join(', ')}`;
}
