import { createHash, createHmac } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

const STATUSES = ['firing', 'resolved'] as const;
type Status = (typeof STATUSES)[number];

/**
 * Signs a notification like a contact point with HMAC and no timestamp header.
 * @param type `alert.firing` or `alert.resolved`
 * @returns a function that creates the notification for another alert
 * @throws {CliError} when there is no such example
 */
export function createGrafanaSample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const { now, createId, toPayload } = toSampleTools(options);
  const status = STATUSES.find((known) => type === `alert.${known}` || type === known);
  if (!status) {
    const known = STATUSES.map((one) => `alert.${one}`).join(', ');
    throw new CliError(`Grafana has no example of "${type}". Known types: ${known}`);
  }
  const secret = readSetting('GRAFANA_WEBHOOK_SECRET');
  return () => {
    const body = JSON.stringify(toPayload(() => createNotification(status, now(), createId())));
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return {
      path: 'webhooks/grafana',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Grafana',
        'x-grafana-alerting-signature': signature,
      },
      body,
    };
  };
}

/** @see https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/#body */
function createNotification(status: Status, now: number, id: string): object {
  const instance = `host-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
  const labels = { alertname: 'HighCpu', severity: 'critical', instance };
  const annotations = { summary: `CPU of ${instance} is above 90 %` };
  const alert = {
    status,
    labels,
    annotations,
    startsAt: new Date(now - 300_000).toISOString(),
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date(now).toISOString(),
    values: status === 'firing' ? { A: 93.5 } : null,
    fingerprint: createHash('sha256').update(instance).digest('hex').slice(0, 16),
    generatorURL: 'http://localhost:3000/alerting/grafana/example/view',
  };
  return {
    receiver: 'heddle',
    status,
    alerts: [alert],
    groupLabels: { alertname: labels.alertname },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://localhost:3000/',
    version: '1',
    groupKey: `{}:{alertname="${labels.alertname}"}`,
    truncatedAlerts: 0,
    orgId: 1,
    title: `[${status.toUpperCase()}:1] ${labels.alertname}`,
    state: status === 'firing' ? 'alerting' : 'ok',
    message: annotations.summary,
  };
}
