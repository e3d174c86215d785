import type { Event } from './event.ts';
import { toPlainJson } from './exact-json.ts';
import type { JsonObject } from './json.ts';

export interface RawJson {
  /**
   * The payload as JSON text, as it is kept: every number has the digits that were sent, also where
   * no double holds it. What the source redacts or transforms is redacted or transformed here too; the
   * code of an endpoint gets it before that.
   */
  rawJson(): string;
}

/**
 * An event as code of an app gets it. A number that no double holds is the text of its digits:
 * `"9007199254740993"`.
 */
export type CodeEvent = Event &
  RawJson & {
    /** The same as `fields`, under the name that other libraries have for it. */
    readonly metadata: Event['fields'];
  };

/** Makes a copy, since others use the same event. */
export function toCodeEvent(event: Event): CodeEvent {
  const copy = withRawJson(structuredClone(toPlainJson(event)), event.data);
  // No part of the value, so that an event that a transform returns has its fields once.
  return Object.defineProperty(copy, 'metadata', { value: copy.fields }) as CodeEvent;
}

/** Adds `rawJson`, which is no part of the value where it is compared, copied or written. */
export function withRawJson<T extends object>(value: T, data: JsonObject): T & RawJson {
  const rawJson = () => JSON.stringify(data);
  return Object.defineProperty(value, 'rawJson', { value: rawJson }) as T & RawJson;
}
