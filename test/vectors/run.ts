import type { VectorCase } from '../helpers/sources.ts';
import { startVectorHost } from './host.ts';
import { findDisagreements } from './judge.ts';
import { toVectorSource } from './to-source.ts';

export type SourcedCase = VectorCase & { readonly source: string };

export interface Result {
  readonly one: SourcedCase;
  readonly disagreements: readonly string[];
}

type Certificates = Readonly<Record<string, string>>;

/** Runs every case through the real HTTP functions. Rejects for a case that it cannot run. */
export async function runVectors(cases: readonly SourcedCase[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const group of toGroups(cases)) results.push(...(await runGroup(group)));
  return results;
}

/**
 * Groups cases with one clock and the same certificates, which can share a host; each has its own
 * source.
 */
function toGroups(cases: readonly SourcedCase[]): readonly (readonly SourcedCase[])[] {
  const groups = Map.groupBy(cases, (one) => `${one.now} ${JSON.stringify(toCertificates(one))}`);
  return [...groups.values()];
}

function toCertificates({ config }: SourcedCase): Certificates {
  return (config?.certStub ?? {}) as Certificates;
}

async function runGroup(group: readonly SourcedCase[]): Promise<readonly Result[]> {
  const [first] = group;
  if (!first) return [];
  const sources = new Map(group.map((one) => [one.id, toVectorSource(one)]));
  const certificates = toCertificates(first);
  const host = await startVectorHost({ sources, now: first.now, certificates });
  try {
    const results: Result[] = [];
    for (const one of group) {
      const before = host.fetched().length;
      const seen = await host.send(one, sources.get(one.id)?.kind ?? '');
      const fetched = host.fetched().slice(before);
      const disagreements = [...findDisagreements(one, seen), ...findFetches(one, fetched)];
      results.push({ one, disagreements });
    }
    return results;
  } finally {
    await host.stop();
  }
}

/**
 * Finds requests that the product made beyond the case's certificates, or failed to make. A case
 * without a statement on requests may confirm a subscription, if it is to be answered at all.
 */
function findFetches(one: SourcedCase, fetched: readonly string[]): readonly string[] {
  const { fetch: expected } = (one.respond ?? {}) as { readonly fetch?: string | null };
  const known = Object.keys(toCertificates(one));
  const isFree = expected === undefined && one.expect === 'handshake';
  const others = isFree ? [] : fetched.filter((url) => !known.includes(url) && url !== expected);
  const missing = expected && !fetched.includes(expected) ? [`did not fetch ${expected}`] : [];
  return [...others.map((url) => `fetched ${url}`), ...missing];
}
