/** What triggers call events that actors, the app's own code or callers of the API have emitted. */
export const EMIT_SOURCE = 'emit';

/** What triggers with a `schedule` call its fires. The type of such an event is the trigger's name. */
export const SCHEDULE_SOURCE = 'schedule';

/** What triggers with a `poll` call what it finds. The type of such an event is the trigger's name. */
export const POLL_SOURCE = 'poll';

/** What triggers call the data that a person, or a caller of the API, has executed them with. */
export const MANUAL_SOURCE = 'manual';

/** Sources whose events are each for one trigger, by its name. */
export const OWN_TYPE_SOURCES: readonly string[] = [MANUAL_SOURCE, SCHEDULE_SOURCE, POLL_SOURCE];
