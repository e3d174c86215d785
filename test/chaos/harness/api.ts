import type { EventSummary } from '../../../shared/heddle/api/events.ts';
import type { Health } from '../../../shared/heddle/api/health.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import type { Page } from '../../../shared/heddle/ports/document-store.ts';

const HEALTH_MS = 3000;
const LIST_MS = 30_000;

/** @returns undefined where there is no answer in time */
export async function readHealth(url: string): Promise<Health | undefined> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(HEALTH_MS) });
    return (await response.json()) as Health;
  } catch {
    return undefined;
  }
}

export interface Kept {
  readonly events: readonly EventSummary[];
  readonly runs: readonly Run[];
}

/** Reads all events and runs through the API. */
export async function readKept(url: string): Promise<Kept> {
  const events = await readAll<EventSummary>(`${url}/api/v1/events`);
  const runs = await readAll<Run>(`${url}/api/v1/runs`);
  return { events, runs };
}

async function readAll<T>(url: string): Promise<T[]> {
  const items: T[] = [];
  let next = '';
  for (;;) {
    const page = await readPage<T>(`${url}?limit=200${next}`);
    items.push(...page.items);
    if (page.continuation === undefined) return items;
    next = `&continuation=${page.continuation}`;
  }
}

async function readPage<T>(url: string): Promise<Page<T>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(LIST_MS) });
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
  return (await response.json()) as Page<T>;
}
