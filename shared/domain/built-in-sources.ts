/** What triggers call events that actors, the app's own code or callers of the API have emitted. */
export const EMIT_SOURCE = 'emit';

/** What triggers call the data that a person, or a caller of the API, has executed them with. */
export const MANUAL_SOURCE = 'manual';
