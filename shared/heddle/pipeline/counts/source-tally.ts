import { createStats, type SourceStats } from '../../domain/source-stats.ts';
import type { Tally } from './merged-counts.ts';

/**
 * Counts of one source since the last write. They are changed in place, since every request passes
 * here.
 */
export class SourceTally implements Tally<SourceStats> {
  #accepted = 0;
  #duplicates = 0;
  #lastAccepted = 0;
  #lastRejected: { readonly at: number; readonly code: string } | undefined;
  readonly #rejected = new Map<string, number>();
  readonly #secrets = new Map<string, { hits: number; lastUsed: number }>();

  /** @param at Unix milliseconds, as in all below */
  addIngested(at: number, accepted: number, duplicates: number, secret: string | undefined): void {
    this.#accepted += accepted;
    this.#duplicates += duplicates;
    if (accepted > 0) this.#lastAccepted = at;
    if (secret === undefined) return;
    const use = this.#secrets.get(secret);
    if (use === undefined) {
      this.#secrets.set(secret, { hits: 1, lastUsed: at });
      return;
    }
    use.hits++;
    use.lastUsed = at;
  }

  addRejected(at: number, code: string): void {
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
    this.#lastRejected = { at, code };
  }

  toDocument(source: string, now: number): SourceStats {
    const secrets = [...this.#secrets].map(([setting, { hits, lastUsed }]) => [
      setting,
      { hits, lastUsed: toText(lastUsed) },
    ]);
    const rejection = this.#lastRejected;
    return {
      ...createStats(source, toText(now)),
      ...{ accepted: this.#accepted, duplicates: this.#duplicates },
      rejected: Object.fromEntries(this.#rejected),
      secrets: Object.fromEntries(secrets),
      ...(this.#lastAccepted > 0 ? { lastAccepted: toText(this.#lastAccepted) } : {}),
      ...(rejection ? { lastRejected: { ...rejection, at: toText(rejection.at) } } : {}),
    };
  }
}

function toText(at: number): string {
  return new Date(at).toISOString();
}
