/** Traffic of a source: counts, codes and times, never content. */
export interface SourceStats {
  /** The source's name. */
  readonly id: string;
  readonly updatedAt: string;
  /** Events that were accepted. */
  readonly accepted: number;
  /** Deliveries of events that the queue had already. */
  readonly duplicates: number;
  /** Refused requests, by the code of the reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly lastAccepted?: string;
  readonly lastRejected?: { readonly at: string; readonly code: string };
  /** Hits by the setting of the secret that matched, which show when the old one may be retired. */
  readonly secrets: Readonly<Record<string, SecretUse>>;
}

export interface SecretUse {
  readonly hits: number;
  readonly lastUsed: string;
}

export function createStats(id: string, now: string): SourceStats {
  return { id, updatedAt: now, accepted: 0, duplicates: 0, rejected: {}, secrets: {} };
}

/** Adds the counts and keeps the later times. */
export function mergeStats(a: SourceStats, b: SourceStats): SourceStats {
  const lastAccepted = later(a.lastAccepted, b.lastAccepted);
  const lastRejected =
    (b.lastRejected?.at ?? '') > (a.lastRejected?.at ?? '') ? b.lastRejected : a.lastRejected;
  return {
    id: a.id,
    updatedAt: later(a.updatedAt, b.updatedAt) ?? '',
    accepted: a.accepted + b.accepted,
    duplicates: a.duplicates + b.duplicates,
    rejected: mergeBy(a.rejected, b.rejected, (x, y) => x + y),
    secrets: mergeBy(a.secrets, b.secrets, mergeUse),
    ...(lastAccepted === undefined ? {} : { lastAccepted }),
    ...(lastRejected === undefined ? {} : { lastRejected }),
  };
}

function mergeUse(a: SecretUse, b: SecretUse): SecretUse {
  return { hits: a.hits + b.hits, lastUsed: later(a.lastUsed, b.lastUsed) ?? '' };
}

function mergeBy<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  merge: (x: T, y: T) => T,
): Record<string, T> {
  const merged = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) {
    const earlier = merged.get(key);
    merged.set(key, earlier === undefined ? value : merge(earlier, value));
  }
  return Object.fromEntries(merged);
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  return (b ?? '') > (a ?? '') ? b : a;
}
