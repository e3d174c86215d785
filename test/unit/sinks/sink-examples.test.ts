import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCloudWatchSample } from '../../../shared/heddle/cli/samples/cloudwatch.ts';
import { createGrafanaSample } from '../../../shared/heddle/cli/samples/grafana.ts';
import { createSlackSample } from '../../../shared/heddle/cli/samples/slack.ts';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { isAlarm, normalizeAlarm } from '../../../shared/heddle/sources/cloudwatch/alarm.ts';
import { normalizeGitHub } from '../../../shared/heddle/sources/github/normalize.ts';
import { toEnvelope } from '../../../shared/heddle/sources/grafana/normalize.ts';
import { slack } from '../../../shared/heddle/sources/slack/slack.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { toInput } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { withoutTriggerEvent } from '../../../shared/heddle/triggers/inputs/trigger-event.ts';
import { decide } from '../../../shared/heddle/triggers/match/match.ts';
import { findTemplateFaults } from '../../../shared/heddle/triggers/templates/template-faults.ts';
import { createSnapshot } from '../../helpers/catalogue.ts';
import { createEvent } from '../../helpers/factories.ts';
import { findExample } from '../../helpers/github.ts';
import { createSinkScene } from '../../helpers/sink-actors.ts';
import { createRequest, createSourceOf } from '../../helpers/sources.ts';

const read = readYaml(readFileSync('infra/examples/sinks.yaml', 'utf8'));
const { triggers: items } = ('value' in read ? read.value : {}) as { triggers: unknown[] };
const triggers = items.map((item) => TriggerSchema.parse(item));
const { findFaults, names } = createSinkScene({});

const secret = () => 'a-secret';
const fromGitHub = (type: string, payload: unknown): Event => {
  const data = payload as JsonObject;
  return createEvent({ source: 'github', type, data, fields: normalizeGitHub(data) });
};
const closed = findExample('pull_request', 'closed').payload as {
  pull_request: { base: object };
};
const merged = {
  ...closed,
  pull_request: { ...closed.pull_request, merged: true, base: { ref: 'main' } },
};

function fromCloudWatch(): Event {
  const data = JSON.parse(createCloudWatchSample('alarm.ALARM', secret)().body);
  const fields = isAlarm(data) ? normalizeAlarm(data) : {};
  return createEvent({ source: 'cloudwatch', type: 'alarm.ALARM', data, fields });
}

function fromGrafana(): Event {
  const sample = JSON.parse(createGrafanaSample('alert.firing', secret)().body);
  const labels = { alertname: '<!channel>', severity: 'critical' };
  const data = { ...sample, status: 'firing', commonLabels: labels };
  return createEvent({
    source: 'grafana',
    type: 'alert.firing',
    data,
    fields: toEnvelope(data).fields,
  });
}

async function fromSlack(): Promise<Event> {
  const { headers, body } = createSlackSample('slash_command', secret)();
  const form = new URLSearchParams(body);
  form.set('response_url', 'https://hooks.slack.com/commands/T1/1/secret');
  const source = createSourceOf(slack, { secrets: [secret()] });
  const request = createRequest({ headers, body: form.toString() });
  const [event] = (await source.normalize(request)).events;
  if (!event) throw new Error('no event was made');
  return createEvent({ source: 'slack', ...(source.withoutCredentials?.(event) ?? event) });
}

const orders = createEvent({ source: 'custom', type: 'order', data: { order: 'o-7' }, fields: {} });

const command = await fromSlack();

describe('the examples of actors that send', () => {
  it('have every one of them, and sound templates', () => {
    expect([...new Set(triggers.map(({ actor }) => actor))]).toEqual(names);
    expect(triggers.flatMap((trigger) => findTemplateFaults(trigger))).toEqual([]);
  });

  it.each<[string, Event, JsonObject]>([
    [
      'deploy-on-merge',
      fromGitHub('pull_request.closed', merged),
      {
        ...{ url: 'https://deploy.example/hooks/start', timeoutSeconds: 10, expect: [200, 202] },
        headerSettings: { Authorization: 'DEPLOY_AUTHORIZATION' },
        headers: { 'X-Event': 'delivery-1' },
        body: { repository: 'Codertocat/Hello-World', version: 'ec26c3e5' },
      },
    ],
    [
      'show-pushes',
      fromGitHub('push', findExample('push').payload),
      {
        to: 'group',
        group: 'pushes',
        message: { repository: 'Codertocat/Hello-World', commits: 0 },
      },
    ],
    [
      'scale-out',
      fromCloudWatch(),
      {
        queue: 'scale-out',
        delaySeconds: 30,
        message: { alarm: 'cpu-high', group: 'unknown' },
      },
    ],
    [
      'forward-orders',
      orders,
      {
        ...{
          topic: 'orders',
          subject: 'order',
          sessionId: 'o-7',
          properties: { source: 'custom' },
        },
        message: '{"fields": {}, "order": "o-7"}',
      },
    ],
    [
      'tell-about-alerts',
      fromGrafana(),
      { urlSetting: 'SLACK_WEBHOOK_URL', text: '&lt;!channel> is firing (critical)' },
    ],
    [
      'announce-deployments',
      command,
      {
        responseType: 'in_channel',
        url: expect.stringMatching(/^sealed:SECRET_1:[\w-]+$/),
        blocks: [
          {
            type: 'section',
            text: {
              type: 'mrkdwn',
              text: expect.stringMatching(/^<@U\w+> deploys api to production$/),
            },
          },
        ],
      },
    ],
  ])(
    '%s takes an event as its source gives it, and yields what its actor takes',
    async (name, event, expected) => {
      const { decisions } = decide(event, 'key', createSnapshot(triggers), {
        redact: String,
      });
      expect(decisions.find(({ trigger }) => trigger === name)).toMatchObject({
        outcome: 'matched',
      });
      const trigger = triggers.find((candidate) => candidate.name === name);
      const input = trigger ? withoutTriggerEvent(await toInput(trigger, event)) : {};
      expect(input).toEqual(expected);
      expect(findFaults(trigger?.actor ?? '', input)).toEqual([]);
    },
  );
});
