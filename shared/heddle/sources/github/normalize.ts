import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { toEventType } from '../../domain/names.ts';
import { withoutCredentials } from '../credentials.ts';
import { read, readText, toFields } from '../read.ts';
import type { SourceEvent } from '../source.ts';

/**
 * `pull_request` with `action: opened` → `pull_request.opened`. The action of `repository_dispatch`
 * is a text of whoever dispatches it.
 */
export function toType(event: string, data: JsonObject): string {
  const action = toEventType(data.action);
  return (action === undefined ? undefined : toEventType(`${event}.${action}`)) ?? event;
}

/**
 * `temp_clone_token` clones a private repository; secrets of a webhook or an alert are removed unless
 * GitHub has masked them. The URL of a webhook may have a key in its query. What people pass to workflows,
 * `client_payload` and `inputs`, is theirs: it is kept.
 * @see https://docs.github.com/en/rest/repos/repos#get-a-repository
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#meta
 */
export function withoutGitHubCredentials({ data, ...event }: SourceEvent): SourceEvent {
  const { client_payload, inputs, ...rest } = data;
  const stripped = withoutCredentials({ ...event, data: rest }, isCredential);
  if (stripped.data === rest) return { ...event, data };
  return { ...stripped, data: { ...stripped.data, ...toFields({ client_payload, inputs }) } };
}

const MASKED = /^\**$/;

function isCredential(key: string, owner: JsonObject): boolean {
  const text = String(owner[key]);
  if (key === 'url') return 'insecure_ssl' in owner && /[?@]/.test(text);
  return (/(?:^|_)(?:token|secret)$/.test(key) || key === 'pem') && !MASKED.test(text);
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
