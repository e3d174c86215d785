/**
 * The rooms of a storey, and the rooms of the same storey that each may use. A room is a folder; its
 * face, index.ts, is what others import.
 */
exports.ROOMS = {
  triggers: {
    code: [],
    'json-path': [],
    templates: [],
    schedules: [],
    items: ['json-path', 'templates'],
    conditions: ['code', 'items', 'templates'],
    catalogue: ['code', 'conditions'],
    inputs: ['code', 'json-path', 'templates'],
    match: ['catalogue', 'conditions', 'inputs'],
    definitions: ['conditions', 'inputs', 'schedules', 'templates'],
    plausibility: ['conditions', 'templates'],
  },
  pipeline: {
    documents: [],
    counts: [],
    engine: ['counts', 'documents'],
    telemetry: ['engine'],
    isolation: ['documents', 'engine'],
    events: ['engine', 'telemetry'],
    runs: ['documents', 'engine', 'events', 'telemetry'],
    concurrency: ['documents', 'engine', 'runs'],
    completion: ['concurrency', 'engine', 'events', 'runs', 'telemetry'],
    schedules: ['documents', 'engine', 'events', 'telemetry'],
    limits: [
      ...['completion', 'concurrency', 'documents', 'engine', 'runs', 'schedules', 'telemetry'],
    ],
    attempts: ['completion', 'concurrency', 'engine', 'events', 'limits', 'runs', 'telemetry'],
    polls: ['completion', 'documents', 'engine', 'events', 'telemetry'],
    replays: ['completion', 'documents', 'engine', 'runs'],
    commands: ['engine', 'events', 'limits', 'runs', 'telemetry'],
    dispatch: [
      ...['attempts', 'completion', 'engine', 'events', 'isolation', 'limits', 'polls'],
      ...['replays', 'runs', 'telemetry'],
    ],
    ingest: ['counts', 'dispatch', 'documents', 'engine', 'events', 'telemetry'],
  },
};
