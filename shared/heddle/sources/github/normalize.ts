import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { toEventType } from '../../domain/names.ts';
import { read, readText, toFields } from '../read.ts';

/**
 * `pull_request` with `action: opened` → `pull_request.opened`. The action of `repository_dispatch`
 * is a text of whoever dispatches it.
 */
export function toType(event: string, data: JsonObject): string {
  const action = toEventType(data.action);
  return (action === undefined ? undefined : toEventType(`${event}.${action}`)) ?? event;
}

/** Name of the event's subject; absent if the payload has none, or one that is too long. */
export function toSubject(data: JsonObject): { subject?: string } {
  const subject =
    readText(data, 'repository', 'full_name') ?? readText(data, 'organization', 'login');
  return subject !== undefined && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {};
}

/** Fields as triggers name them. */
export function normalizeGitHub(data: JsonObject): JsonObject {
  return toFields({
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
