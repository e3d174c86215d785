import { createHash, randomUUID } from 'node:crypto';
import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { read, readText, toFields, toTime } from '../read.ts';
import type { SourceEvent } from '../source.ts';

/**
 * Converts Grafana's own payload, or the output of a contact point's template.
 * @see https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export function toEnvelope(data: JsonObject): Omit<SourceEvent, 'data' | 'dataJson'> {
  return {
    id: toId(data),
    type: toType(data),
    fields: normalizeGrafana(data),
    ...toSubject(data),
    ...toLastTime(data),
  };
}

function toType({ status }: JsonObject): string {
  return status === 'firing' || status === 'resolved' ? `alert.${status}` : 'alert';
}

/** Fields as triggers name them. `event.alerts` is the payload's list, `fields.alerts` its length. */
function normalizeGrafana(data: JsonObject): JsonObject {
  const alerts = Array.isArray(data.alerts) ? data.alerts.length : undefined;
  return toFields({
    status: data.status,
    state: data.state,
    receiver: data.receiver,
    title: data.title,
    labels: isJsonObject(data.commonLabels) ? data.commonLabels : undefined,
    annotations: isJsonObject(data.commonAnnotations) ? data.commonAnnotations : undefined,
    group_labels: isJsonObject(data.groupLabels) ? data.groupLabels : undefined,
    group_key: data.groupKey,
    org_id: data.orgId,
    external_url: data.externalURL,
    alerts,
    truncatedAlerts: data.truncatedAlerts,
  });
}

/** The alert rule, if all alerts belong to one. */
function toSubject(data: JsonObject): { subject?: string } {
  const subject = readText(data, 'commonLabels', 'alertname');
  return subject !== undefined && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {};
}

/**
 * Grafana sends no delivery id, so the id is computed from the notification: its group, and the
 * state of each alert since when. A repeated notification is a duplicate. Without the alerts' start
 * times two incidents would look the same, so such a payload always gets a new id.
 */
function toId(data: JsonObject): string {
  const states = readAlerts(data).map(toState);
  const isWhole = states.length > 0 && states.every((state) => state !== undefined);
  if (!isWhole || typeof data.groupKey !== 'string') return randomUUID();
  // Sorted, since the order of a group's alerts does not matter.
  const text = JSON.stringify([data.groupKey, data.status ?? null, states.toSorted()]);
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function toState(alert: Json): string | undefined {
  const fingerprint = readText(alert, 'fingerprint');
  const startsAt = readText(alert, 'startsAt');
  if (!fingerprint || !startsAt) return undefined;
  const rest = [read(alert, 'status') ?? null, read(alert, 'endsAt') ?? null];
  return JSON.stringify([fingerprint, startsAt, ...rest]);
}

/** Time at which the last alert fired, or was resolved. */
function toLastTime(data: JsonObject): { time?: string } {
  const end = data.status === 'resolved' ? 'endsAt' : 'startsAt';
  const [time] = readAlerts(data)
    .filter((alert) => read(alert, 'status') === data.status)
    .map((alert) => toTime(readText(alert, end)))
    .filter((text) => text !== undefined)
    .toSorted()
    .toReversed();
  return time === undefined ? {} : { time };
}

function readAlerts({ alerts }: JsonObject): readonly Json[] {
  return Array.isArray(alerts) ? alerts : [];
}
