import type { FolderHost } from './folder-host.ts';

/**
 * The contents of a data folder as the API shows them. The names are the API's of today: where an earlier
 * version has another name, the mapping stands here.
 */
export interface Contents {
  readonly events: readonly ShownEvent[];
  readonly runs: readonly ShownRun[];
  readonly deadLetters: readonly Shown[];
  readonly replays: readonly Shown[];
  readonly triggers: readonly Shown[];
  readonly triggerStats: readonly Shown[];
  readonly sources: readonly Shown[];
  readonly schedules: readonly Shown[];
}

export type Shown = Readonly<Record<string, unknown>>;

export interface ShownEvent extends Shown {
  readonly id: string;
  readonly source: string;
}

export interface ShownRun extends Shown {
  readonly id: string;
  readonly trigger: string;
  readonly source: string;
  readonly eventId: string;
  readonly status: string;
  readonly isReplay: boolean;
  readonly attempts: readonly { readonly outcome: string }[];
  readonly replay?: { readonly replayId?: string };
  readonly state: object;
  readonly held?: { readonly limit: string; readonly by?: string };
  readonly output?: unknown;
  readonly dueAt?: string;
}

const EVENT = [
  ...['id', 'source', 'type', 'subject', 'time', 'data', 'fields', 'verified', 'receivedAt'],
  ...['status', 'decisions', 'isStripped'],
];
const RUN = [
  ...[
    'id',
    'trigger',
    'actor',
    'source',
    'eventId',
    'eventType',
    'createdAt',
    'isReplay',
    'replay',
  ],
  ...['depth', 'gathered', 'state', 'attempts', 'status', 'nextAttempt', 'dueAt', 'held'],
  ...['endedAt', 'output', 'error', 'reason'],
];
const TRIGGER = ['name', 'status', 'message', 'fault', 'by', 'since'];
const SCHEDULE = ['name', 'kind', 'state', 'since', 'planned', 'missed', 'rearmed', 'poll'];

export async function readContents(host: FolderHost): Promise<Contents> {
  const events = await host.list<ShownEvent>('events');
  const details = events.map(({ id, source }) =>
    host.get<ShownEvent>(`events/${encodeURIComponent(id)}?source=${source}`),
  );
  const { items: triggers } = await host.get<{ items: Shown[] }>('triggers');
  const { items: sources } = await host.get<{ items: Shown[] }>('sources');
  const { triggers: stats } = await host.get<{ triggers: Shown[] }>('triggers/stats');
  return {
    events: (await Promise.all(details)).map((event) => pick(event, EVENT)),
    runs: await readRuns(host),
    deadLetters: await host.list<Shown>('dead-letters'),
    replays: await host.list<Shown>('replays'),
    triggers: triggers.map((trigger) => pick(trigger, TRIGGER)),
    triggerStats: stats,
    // The product knows more of them.
    sources: sources.filter(({ lastAccepted }) => lastAccepted !== undefined),
    schedules: (await host.list<Shown>('schedules')).map((schedule) => pick(schedule, SCHEDULE)),
  };
}

export async function readRuns(host: FolderHost, query = ''): Promise<readonly ShownRun[]> {
  return (await host.list<ShownRun>(`runs${query}`)).map((run) => pick(run, RUN));
}

/** Keys that are not there stay away. */
function pick<T extends Shown>(from: T, keys: readonly string[]): T {
  const there = keys.filter((key) => from[key] !== undefined);
  return Object.fromEntries(there.map((key) => [key, from[key]])) as T;
}
