import type { Event } from './event.ts';

/** In the ids of fires and polls that a caller has asked for. */
const MARK = ':now:';

export function toRunNowId(name: string, asked: string): string {
  return `${name}${MARK}${asked}`;
}

/** Whether an event is a fire that a caller has asked for, which no schedule knows. */
export function isRunNow({ id, type }: Pick<Event, 'id' | 'type'>): boolean {
  return id.startsWith(toRunNowId(type, ''));
}
