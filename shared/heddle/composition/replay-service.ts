import { findEventRecord } from '../api/events.ts';
import {
  getReplay,
  listReplays,
  parseEventReplay,
  parseQueryReplay,
  parseRunReplay,
  type ReplayRequest,
  type ReplayView,
  toReplayView,
} from '../api/replays.ts';
import { type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import type { Preview } from '../pipeline/replays/index.ts';
import {
  abortReplay,
  type ReplayedEvent,
  replayEvent,
  replayRun,
  resumeReplay,
  startReplay,
} from '../pipeline/replays/index.ts';
import type { Page } from '../ports/document-store.ts';

/** Replays runs and events for callers. */
export interface ReplayService {
  replayRun(id: string, request: ReplayRequest): Promise<{ readonly runId: string }>;
  /** @param id the sender's id */
  replayEvent(id: string, request: ReplayRequest): Promise<ReplayedEvent>;
  /** Replays the events that a query finds, or previews how many those are. */
  startReplay(request: ReplayRequest): Promise<ReplayView | Preview>;
  listReplays(query: URLSearchParams): Promise<Page<ReplayView>>;
  getReplay(id: string): Promise<ReplayView>;
  abortReplay(id: string): Promise<ReplayView>;
  resumeReplay(id: string): Promise<ReplayView>;
}

export function createReplayService(engine: LiveEngine): ReplayService {
  return {
    replayRun: async (id, request) => replayRun(withSnapshot(engine), id, parseRunReplay(request)),
    async replayEvent(id, request) {
      const { source, ...ask } = parseEventReplay(request);
      const record = await findEventRecord(engine, id, source);
      return replayEvent(withSnapshot(engine), record.id, ask);
    },
    async startReplay(request) {
      const ask = parseQueryReplay(request, engine.clock.now());
      const started = await startReplay(withSnapshot(engine), ask);
      return 'sample' in started ? started : toReplayView(started);
    },
    listReplays: (query) => listReplays(engine, query),
    getReplay: (id) => getReplay(engine, id),
    abortReplay: async (id) => toReplayView(await abortReplay(withSnapshot(engine), id)),
    resumeReplay: async (id) => toReplayView(await resumeReplay(withSnapshot(engine), id)),
  };
}
