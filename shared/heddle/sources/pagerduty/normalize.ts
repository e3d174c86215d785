import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { read, readText, toFields } from '../read.ts';

/**
 * Fields as triggers name them, read from the incident. For incidents it is the event's data
 * itself; for notes, status updates and responders it is within the data; services have none.
 * @see https://developer.pagerduty.com/docs/webhooks-overview#webhook-payload
 */
export function normalizePagerDuty(data: JsonObject): JsonObject {
  const incident = readIncident(data);
  return toFields({
    incident_id: read(incident, 'id'),
    status: read(incident, 'status'),
    title: read(incident, 'title') ?? read(incident, 'summary'),
    urgency: read(incident, 'urgency'),
    priority: read(incident, 'priority', 'summary'),
    service: read(incident, 'service', 'summary') ?? readServiceName(data),
    assignees: toNames(read(incident, 'assignees')),
    teams: toNames(read(incident, 'teams') ?? read(data, 'event', 'data', 'teams')),
    resource_type: read(data, 'event', 'resource_type'),
  });
}

/** Id of the incident, or else of the event's subject. */
export function toSubject(data: JsonObject): { subject?: string } {
  const subject = readText(readIncident(data), 'id') ?? readText(data, 'event', 'data', 'id');
  return subject !== undefined && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {};
}

function readIncident(data: JsonObject): Json | undefined {
  const about = read(data, 'event', 'data');
  return readText(about, 'type') === 'incident' ? about : read(about, 'incident');
}

function readServiceName(data: JsonObject): Json | undefined {
  const about = read(data, 'event', 'data');
  return readText(about, 'type') === 'service' ? read(about, 'summary') : undefined;
}

/** Converts references to their names: `[{ summary: 'Jane' }]` → `['Jane']`. */
function toNames(references: Json | undefined): Json | undefined {
  if (!Array.isArray(references)) return undefined;
  return references.flatMap((reference: Json) => readText(reference, 'summary') ?? []);
}
