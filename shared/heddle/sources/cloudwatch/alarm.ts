import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { read, readText, toFields } from '../read.ts';

export type Alarm = JsonObject & { readonly AlarmName: string; readonly NewStateValue: string };

/** Known states are OK, ALARM and INSUFFICIENT_DATA. The state becomes part of the event's type. */
export function isAlarm(data: JsonObject): data is Alarm {
  const state = readText(data, 'NewStateValue');
  return (
    readText(data, 'AlarmName') !== undefined &&
    state !== undefined &&
    /^[A-Z][A-Z_]{0,63}$/.test(state)
  );
}

/**
 * Fields as triggers name them. Alarms on one metric, on metric math and composite alarms describe
 * metrics differently; all of them have `dimensions`.
 */
export function normalizeAlarm(data: Alarm): JsonObject {
  const metric = findMetric(data);
  return toFields({
    alarm_name: data.AlarmName,
    alarm_arn: readText(data, 'AlarmArn'),
    new_state: data.NewStateValue,
    old_state: readText(data, 'OldStateValue'),
    reason: readText(data, 'NewStateReason'),
    ...toPlace(data),
    metric: readText(metric, 'MetricName'),
    namespace: readText(metric, 'Namespace'),
    expression: readText(findReturned(data), 'Expression'),
    dimensions: toDimensions(read(metric, 'Dimensions')),
    threshold: read(data, 'Trigger', 'Threshold'),
  });
}

/** Takes the region's code from the ARN; `Region` is a display name, `US East (N. Virginia)`. */
function toPlace(data: Alarm): { region: string | undefined; account: string | undefined } {
  const [, , , region, account] = (readText(data, 'AlarmArn') ?? '').split(':');
  return { region: region || undefined, account: readText(data, 'AWSAccountId') ?? account };
}

/** In a formula of several metrics, the one that the alarm watches, or else the first. */
function findMetric(data: Alarm): Json | undefined {
  const returned = read(findReturned(data), 'MetricStat', 'Metric');
  if (returned !== undefined) return returned;
  const [first] = listMetrics(data).flatMap((entry) => read(entry, 'MetricStat', 'Metric') ?? []);
  return first ?? data.Trigger;
}

function findReturned(data: Alarm): Json | undefined {
  return listMetrics(data).find((entry) => read(entry, 'ReturnData') === true);
}

function listMetrics(data: Alarm): readonly Json[] {
  const metrics = read(data, 'Trigger', 'Metrics');
  return Array.isArray(metrics) ? metrics : [];
}

function toDimensions(list: Json | undefined): JsonObject {
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(
    list.filter(isJsonObject).flatMap((entry) => {
      const name = readText(entry, 'name') ?? readText(entry, 'Name');
      const value = readText(entry, 'value') ?? readText(entry, 'Value');
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}
