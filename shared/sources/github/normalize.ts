import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

/** `pull_request` with `action: opened` → `pull_request.opened`. */
export function toType(event: string, data: JsonObject): string {
  const { action } = data;
  return typeof action === 'string' && /^[\w-]{1,100}$/.test(action) ? `${event}.${action}` : event;
}

/** What the event is about, or nothing where a payload has no such name, or no sane one. */
export function toSubject(data: JsonObject): { subject?: string } {
  const subject = read(data, 'repository', 'full_name') ?? read(data, 'organization', 'login');
  const isName = typeof subject === 'string' && subject.length <= MAX_SUBJECT_CHARS;
  return isName ? { subject } : {};
}

/** Fields as triggers name them. What an event lacks is absent, never null. */
export function normalizeGitHub(data: JsonObject): JsonObject {
  return withoutMissing({
    action: data.action,
    repository: read(data, 'repository', 'full_name'),
    organization: read(data, 'organization', 'login'),
    sender: read(data, 'sender', 'login'),
    ref: data.ref,
    number: data.number ?? read(data, 'issue', 'number'),
    base_branch: read(data, 'pull_request', 'base', 'ref'),
    head_branch: read(data, 'pull_request', 'head', 'ref'),
    merged: read(data, 'pull_request', 'merged'),
  });
}

function read(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let found = value;
  for (const key of path) {
    if (!isJsonObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

function withoutMissing(fields: Record<string, Json | undefined>): JsonObject {
  const present: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) present[name] = value;
  }
  return present;
}
