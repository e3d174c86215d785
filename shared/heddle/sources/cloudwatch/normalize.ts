import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { parseJson } from '../body.ts';
import { readText, toFields, toTime } from '../read.ts';
import type { SourceEvent } from '../source.ts';
import { isAlarm, normalizeAlarm } from './alarm.ts';
import type { Envelope } from './envelope.ts';

/** Converts a message of SNS. An alarm's type is `alarm.<state>`, any other `Notification`. */
export function toEvent(
  message: Pick<Envelope, 'id' | 'topicArn' | 'message'> & Partial<Envelope>,
): SourceEvent {
  const { id, topicArn, subject, time } = message;
  const payload = toPayload(message.message);
  const { data } = payload;
  const common = { topic_arn: topicArn, subject };
  if (!isAlarm(data)) {
    const fields = toFields(common);
    return { id, type: 'Notification', ...payload, fields, ...toSubject(subject), ...at(time) };
  }
  const type = `alarm.${data.NewStateValue}`;
  const fields = { ...toFields(common), ...normalizeAlarm(data) };
  const changed = toTime(toIso(readText(data, 'StateChangeTime'))) ?? time;
  return { id, type, ...payload, fields, ...toSubject(data.AlarmName), ...at(changed) };
}

/** A message may be any text and has no type: only an object or a list is read as JSON. */
function toPayload(text: string): Pick<SourceEvent, 'data' | 'dataJson'> {
  const value = parseMessage(text);
  if (isJsonObject(value)) return { data: value, dataJson: text };
  return { data: Array.isArray(value) ? { value } : { text } };
}

function parseMessage(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** CloudWatch writes zones as `+0000`; the extended form of ISO 8601 has `+00:00`. */
function toIso(time: string | undefined): string | undefined {
  return time?.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
}

function at(time: string | undefined): { time?: string } {
  return time === undefined ? {} : { time };
}

function toSubject(subject: string | undefined): { subject?: string } {
  return subject !== undefined && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {};
}
