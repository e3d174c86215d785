import { type EventSummary, listEvents } from '../api/events.ts';
import type { EventExplanation, TriggerExplanation } from '../api/explain.ts';
import { explainEvent } from '../api/explain-event.ts';
import { parseEventExplain, parseTriggerExplain } from '../api/explain-query.ts';
import { toEventText, toTriggerText } from '../api/explain-text.ts';
import { explainTrigger } from '../api/explain-trigger.ts';
import { listRuns } from '../api/runs.ts';
import { getStats, type TriggersStats } from '../api/stats.ts';
import { parseCancel, parsePause } from '../api/trigger-control.ts';
import { summarize, type TriggerSummary } from '../api/trigger-summary.ts';
import { findTrigger, type TriggerView } from '../api/trigger-view.ts';
import { getTrigger, listTriggers, type TriggerDetail } from '../api/triggers.ts';
import { toEventKey } from '../domain/ids.ts';
import type { Run } from '../domain/run.ts';
import { continueReleasing, isLeftBehind, resumeTrigger } from '../pipeline/commands/index.ts';
import { cancelRunById } from '../pipeline/completion/index.ts';
import type { TriggerLog } from '../pipeline/counts/index.ts';
import { type Engine, type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import { pauseTrigger } from '../pipeline/limits/index.ts';
import type { Page } from '../ports/document-store.ts';
import { decide } from '../triggers/match/index.ts';

/** Reads and controls triggers. An unknown name is answered 404. */
export interface TriggerService {
  listTriggers(query: URLSearchParams): Promise<{ readonly items: readonly TriggerSummary[] }>;
  getTrigger(name: string): Promise<TriggerDetail>;
  listTriggerEvents(name: string, query: URLSearchParams): Promise<Page<EventSummary>>;
  listTriggerRuns(name: string, query: URLSearchParams): Promise<Page<Run>>;
  getTriggerStats(): Promise<TriggersStats>;
  /** @param body `{ message? }`: replaces the message of a trigger that is already paused */
  pauseTrigger(name: string, body: unknown): Promise<TriggerSummary>;
  /** Also works for a trigger that is no longer defined: its held runs then fail. */
  resumeTrigger(name: string): Promise<Resumed>;
  /** @param body `{ reason? }` @returns the run as it is now: an ended run stays unchanged */
  cancelRun(runId: string, body: unknown): Promise<Run>;
  explainEvent(id: string, query: URLSearchParams): Promise<Explained<EventExplanation>>;
  explainTrigger(name: string, query: URLSearchParams): Promise<Explained<TriggerExplanation>>;
}

/** `missing`: the trigger is no longer defined. */
export type Resumed = (TriggerSummary | { readonly name: string; readonly status: 'missing' }) & {
  /** Count of held runs that were released. */
  readonly released: number;
};

/** An explanation as JSON for programs and as text for people. */
export interface Explained<T> {
  readonly json: T;
  toText(): string;
}

export function createTriggerService(live: LiveEngine, log: TriggerLog): TriggerService {
  const open = () => openRequest(live, log);
  const refreshed = async () => {
    await live.states.refresh();
    return open().book;
  };
  return {
    listTriggers: async (query) => listTriggers(await refreshed(), query),
    getTrigger: async (name) => getTrigger(await refreshed(), name),
    listTriggerEvents: async (name, query) => {
      const { book } = open();
      return listEvents(book, within(book, name, query));
    },
    listTriggerRuns: async (name, query) => {
      const { book } = open();
      return listRuns(book, within(book, name, query));
    },
    getTriggerStats: async () => getStats(await refreshed()),
    async pauseTrigger(name, body) {
      const { message } = parsePause(body);
      const { book, engine } = open();
      const trigger = findTrigger(book, name);
      await pauseTrigger(engine, name, { by: 'operator', message });
      return summarize(book, trigger);
    },
    async resumeTrigger(name) {
      const { book, engine } = open();
      const isMissing = !book.get(name) && (await isLeftBehind(engine, name));
      const trigger = isMissing ? undefined : findTrigger(book, name);
      const released = await resumeTrigger(engine, name);
      if (!trigger) return { name, status: 'missing', released };
      return { ...summarize(book, trigger), released };
    },
    cancelRun: async (runId, body) => cancelRunById(open().engine, runId, parseCancel(body).reason),
    async explainEvent(id, query) {
      const { source } = parseEventExplain(query);
      const json = await explainEvent(await refreshed(), id, source);
      return { json, toText: () => toEventText(json) };
    },
    async explainTrigger(name, query) {
      const json = await explainTrigger(await refreshed(), name, parseTriggerExplain(query));
      return { json, toText: () => toTriggerText(json) };
    },
  };
}

/** What one request works with. */
interface OpenRequest {
  readonly engine: Engine;
  /** The listed triggers. */
  readonly book: TriggerView;
}

function openRequest(live: LiveEngine, log: TriggerLog): OpenRequest {
  const engine = withSnapshot(live);
  return { engine, book: createBook(engine, log) };
}

function createBook(engine: Engine, log: TriggerLog): TriggerView {
  const { store, clock, triggers, states, redact } = engine;
  const { listed } = triggers;
  return {
    ...{ store, clock },
    get triggers() {
      const all = listed.sources.flatMap((source) => listed.findBySource(source));
      return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    get: (name) => listed.get(name),
    stateOf: (name) => states.all.get(name),
    takes: (trigger, type) =>
      listed.match(trigger.source, type).some((candidate) => candidate.trigger === trigger),
    decide(event) {
      const key = toEventKey(event.source, event.id);
      return decide(event, key, triggers, { redact, statusOf: (name) => states.of(name) });
    },
    readStats: (name) => log.read(name),
    readAllStats: () => log.readAll(),
  };
}

/** Narrows a list query to one trigger. */
function within(book: TriggerView, name: string, query: URLSearchParams): URLSearchParams {
  const { name: trigger } = findTrigger(book, name);
  const narrowed = new URLSearchParams(query);
  narrowed.set('trigger', trigger);
  return narrowed;
}

/** Lists present faults of triggers without event data, since anybody may ask for them. */
export async function findTriggerFaults({
  states,
  triggers,
}: Pick<Engine, 'states' | 'triggers'>): Promise<readonly string[]> {
  try {
    await states.refresh();
  } catch {
    return ['the store does not answer'];
  }
  const faults = [...states.all.values()].flatMap(({ id, status, by }) => {
    const see = `see /api/v1/triggers/${id}, and resume it there`;
    if (!triggers.get(id)) return [];
    if (status === 'error') return [`trigger ${id} is in error: its matching has failed; ${see}`];
    const isBroken = status === 'paused' && by === 'breaker';
    return isBroken ? [`trigger ${id} is paused: its runs look like a loop; ${see}`] : [];
  });
  return faults.sort();
}

/**
 * Continues resumptions that were interrupted. A failure is tried again with the next heartbeat.
 */
export async function continueResuming(engine: LiveEngine): Promise<void> {
  try {
    await continueReleasing(withSnapshot(engine));
  } catch (error) {
    engine.logger.warn(`Runs that were held are not let go yet: ${String(error)}`);
  }
}
