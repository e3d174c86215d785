import { createHmac } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import {
  type SampleOptions,
  type SampleRequest,
  type SampleTools,
  toSampleTools,
} from './sample-request.ts';

const SERVICE = { id: 'PSAMPLE', type: 'service_reference', summary: 'API Service' };

const INCIDENT = {
  id: 'QSAMPLE',
  type: 'incident',
  number: 7,
  title: 'The database does not answer',
  service: SERVICE,
  urgency: 'high',
  priority: { id: 'PPRIO', type: 'priority_reference', summary: 'P1' },
  assignees: [{ id: 'PUSER', type: 'user_reference', summary: 'Jane Doe' }],
  teams: [{ id: 'PTEAM', type: 'team_reference', summary: 'Platform' }],
};

const NOTE = { id: 'PNOTE', type: 'incident_note', content: 'Looking at it.', trimmed: false };

/** The data of an event by its type. */
const DATA: Readonly<Record<string, object>> = {
  'incident.triggered': { ...INCIDENT, status: 'triggered' },
  'incident.acknowledged': { ...INCIDENT, status: 'acknowledged' },
  'incident.resolved': { ...INCIDENT, status: 'resolved' },
  'incident.annotated': {
    ...NOTE,
    incident: { id: 'QSAMPLE', type: 'incident_reference', summary: INCIDENT.title },
  },
  'service.updated': { ...SERVICE, type: 'service' },
};

/**
 * Signs an event as PagerDuty does.
 * @returns a function that creates an event with a fresh id
 * @throws {CliError} when there is no such example, or the secret is not set
 */
export function createPagerDutySample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const tools = toSampleTools(options);
  const data = Object.hasOwn(DATA, type) ? DATA[type] : undefined;
  if (!data && !tools.hasPayload) {
    const known = Object.keys(DATA).join(', ');
    throw new CliError(`There is no example of "${type}". Known types: ${known}`);
  }
  const secret = readSetting('PAGERDUTY_WEBHOOK_SECRET');
  return () => {
    const body = JSON.stringify(tools.toPayload(() => ({ event: toEvent(type, data, tools) })));
    const digest = createHmac('sha256', secret).update(body).digest('hex');
    return {
      path: 'webhooks/pagerduty',
      headers: {
        'content-type': 'application/json',
        'x-pagerduty-signature': `v1=${digest}`,
        'x-webhook-id': tools.createId(),
      },
      body,
    };
  };
}

function toEvent(type: string, data: object | undefined, tools: SampleTools): object {
  return {
    id: tools.createId().replaceAll('-', '').toUpperCase(),
    event_type: type,
    resource_type: type.split('.', 1)[0],
    occurred_at: new Date(tools.now()).toISOString(),
    agent: null,
    client: null,
    data,
  };
}
