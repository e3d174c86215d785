/** Source of events that actors, the app's own code or callers of the API have emitted. */
export const EMIT_SOURCE = 'emit';

/** Source of the fires of schedules. The type of such an event is the trigger's name. */
export const SCHEDULE_SOURCE = 'schedule';

/** Source of the events that polls find. The type of such an event is the trigger's name. */
export const POLL_SOURCE = 'poll';

/** Source of the data that a person, or a caller of the API, has executed a trigger with. */
export const MANUAL_SOURCE = 'manual';

/** Sources whose events are each for one trigger, named by the event's type. */
export const OWN_TYPE_SOURCES: readonly string[] = [MANUAL_SOURCE, SCHEDULE_SOURCE, POLL_SOURCE];
