import type { Api } from '../../shared/heddle/api/api.ts';
import type { EventExplanation, TriggerExplanation } from '../../shared/heddle/api/explain.ts';
import { toEventText, toTriggerText } from '../../shared/heddle/api/explain-text.ts';
import type { ApiAnswer, ApiRequest } from '../../shared/heddle/api/request/request.ts';
import type { RouteName } from '../../shared/heddle/api/routes/heads.ts';
import {
  type AnswerOf,
  createRouteCaller,
  type RouteCaller,
} from '../../shared/heddle/api/routes/routes.ts';
import { TriggerLog } from '../../shared/heddle/pipeline/counts/trigger-log.ts';
import type { Engine } from '../../shared/heddle/pipeline/engine/engine.ts';

type Asked = URLSearchParams;

/** An explanation, and its text. */
interface Explained<T> {
  readonly json: T;
  toText(): string;
}

/** A request to replay, as it arrives. */
export interface ReplayRequest {
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly key: string | undefined;
}

/** The routes of an engine, called without HTTP. */
export interface ApiSide extends RouteCaller {
  listTriggers(query: Asked): Promise<AnswerOf<'api-triggers'>>;
  getTrigger(name: string): Promise<AnswerOf<'api-trigger-view'>>;
  listTriggerEvents(name: string, query: Asked): Promise<AnswerOf<'api-trigger-events'>>;
  listTriggerRuns(name: string, query: Asked): Promise<AnswerOf<'api-trigger-runs'>>;
  getTriggerStats(): Promise<AnswerOf<'api-trigger-stats'>>;
  pauseTrigger(name: string, body: unknown): Promise<AnswerOf<'api-trigger-pause'>>;
  resumeTrigger(name: string): Promise<AnswerOf<'api-trigger-resume'>>;
  cancelRun(id: string, body: unknown): Promise<AnswerOf<'api-run-cancel'>>;
  explainEvent(id: string, query: Asked): Promise<Explained<EventExplanation>>;
  explainTrigger(name: string, query: Asked): Promise<Explained<TriggerExplanation>>;
  listSchedules(query: Asked): Promise<AnswerOf<'api-schedules'>>;
  getSchedule(name: string): Promise<AnswerOf<'api-schedule-view'>>;
  previewTrigger(name: string, query: Asked): Promise<AnswerOf<'api-schedule-fires'>>;
  previewSchedule(query: Asked): Promise<AnswerOf<'api-schedule-preview'>>;
  replayEvent(id: string, request: ReplayRequest): Promise<AnswerOf<'api-replay-event'>>;
  startReplay(request: ReplayRequest): Promise<AnswerOf<'api-replay-start'>>;
  listReplays(query: Asked): Promise<AnswerOf<'api-replays'>>;
  getReplay(id: string): Promise<AnswerOf<'api-replay'>>;
}

export function createApi(engine: Engine, more: Partial<Api> = {}): Api {
  return {
    engine,
    triggerLog: engine.triggerLog ?? new TriggerLog(engine),
    liveClients: { createUrl: async () => 'wss://localhost/client' },
    isAzure: false,
    assertAccepting: async () => {},
    listSources: async () => ({ items: [] }),
    checkHealth: async () => ({ status: 'healthy', reasons: [], triggers: 0 }),
    findWarnings: async () => [],
    ...more,
  };
}

export function createApiSide(engine: Engine, triggerLog?: TriggerLog): ApiSide {
  const api = createApi(engine, triggerLog ? { triggerLog } : {});
  const caller = createRouteCaller(() => api);
  const { call } = caller;
  return {
    ...caller,
    listTriggers: (query) => call('api-triggers', { query }),
    getTrigger: (name) => call('api-trigger-view', { params: { name } }),
    listTriggerEvents: (name, query) => call('api-trigger-events', { params: { name }, query }),
    listTriggerRuns: (name, query) => call('api-trigger-runs', { params: { name }, query }),
    getTriggerStats: () => call('api-trigger-stats'),
    pauseTrigger: (name, body) => call('api-trigger-pause', { params: { name }, body }),
    resumeTrigger: (name) => call('api-trigger-resume', { params: { name } }),
    cancelRun: (id, body) => call('api-run-cancel', { params: { id }, body }),
    async explainEvent(id, query) {
      const json = await call('api-event-explain', { params: { id }, query });
      return { json, toText: () => toEventText(json) };
    },
    async explainTrigger(name, query) {
      const json = await call('api-trigger-explain', { params: { name }, query });
      return { json, toText: () => toTriggerText(json) };
    },
    listSchedules: (query) => call('api-schedules', { query }),
    getSchedule: (name) => call('api-schedule-view', { params: { name } }),
    previewTrigger: (name, query) => call('api-schedule-fires', { params: { name }, query }),
    previewSchedule: (query) => call('api-schedule-preview', { query }),
    replayEvent: (id, request) => call('api-replay-event', { params: { id }, ...request }),
    startReplay: (request) => call('api-replay-start', request),
    listReplays: (query) => call('api-replays', { query }),
    getReplay: (id) => call('api-replay', { params: { id } }),
  };
}

/** A request that a program makes to the API. */
export interface Sent {
  readonly method?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is if a text or bytes, else as JSON. */
  readonly body?: unknown;
  readonly traceparent?: string;
}

export function createApiRequest(sent: Sent = {}): ApiRequest {
  const { method = 'POST', params = {}, query = '', headers = {}, body, traceparent } = sent;
  return {
    ...{ method, params, traceparent },
    query: new URLSearchParams(query),
    headers: new Headers({
      ...{ host: 'localhost:7071', 'content-type': 'application/json', ...headers },
    }),
    body: toBytes(body),
  };
}

function toBytes(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Answers a request to a route of an engine, as functions do. */
export function answer(engine: Engine, name: RouteName, sent: Sent): Promise<ApiAnswer> {
  return createRouteCaller(() => createApi(engine)).answer(name, createApiRequest(sent));
}
