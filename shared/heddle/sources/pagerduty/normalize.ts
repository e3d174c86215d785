import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { read, readText, toFields } from '../read.ts';

/**
 * Fields as triggers name them: of the incident, which is the event's data itself, or within it for
 * notes, status updates and responders, or not there at all for services.
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

/** The incident's id, or that of whatever else the event is about. */
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

/** References by what PagerDuty calls them: `[{ summary: 'Jane' }]` → `['Jane']`. */
function toNames(references: Json | undefined): Json | undefined {
  if (!Array.isArray(references)) return undefined;
  return references.flatMap((reference: Json) => readText(reference, 'summary') ?? []);
}
