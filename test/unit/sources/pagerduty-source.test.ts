import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPagerDutySample } from '../../../shared/heddle/cli/samples/pagerduty.ts';
import { pagerduty } from '../../../shared/heddle/sources/pagerduty/pagerduty.ts';
import { describeExpectedEvents, describeSecrets, toEvent } from '../../helpers/signed-source.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  type RequestParts,
  takeIn,
} from '../../helpers/sources.ts';

const SECRET = 'pd-secret-0123456789';
const OTHER = 'pd-another-0123456789';

const INCIDENT = {
  ...{ id: 'PINC1', type: 'incident', status: 'triggered', title: 'DB down', urgency: 'high' },
  priority: { id: 'PP1', type: 'priority_reference', summary: 'P1' },
  service: { id: 'PSVC', type: 'service_reference', summary: 'API Service' },
  assignees: [{ id: 'PU1', type: 'user_reference', summary: 'Jane Doe' }],
  teams: [{ id: 'PT1', type: 'team_reference', summary: 'Platform' }],
};
const NOTE = {
  ...{ id: 'PNOTE', type: 'incident_note', content: 'Looking at it.' },
  incident: { id: 'PINC1', type: 'incident_reference', summary: 'DB down' },
};
const SERVICE = { id: 'PSVC', type: 'service', summary: 'API Service', teams: [] };

function toPayload(type: string, data: object): object {
  const resource = type.split('.', 1)[0];
  const given = { id: `01${type}`.replace('.', '-'), event_type: type, resource_type: resource };
  return { event: { ...given, occurred_at: '2026-12-01T01:00:00.5+01:00', agent: null, data } };
}

const PAYLOAD = toPayload('incident.triggered', INCIDENT);

function sign(payload: object | Buffer, secret: string): RequestParts {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const signature = `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-pagerduty-signature': signature };
  return { headers, body };
}

describeVectors('pagerduty.json', ({ secrets }) => createSourceOf(pagerduty, { secrets }));

describeExpectedEvents('pagerduty.json', pagerduty);

describeSecrets(pagerduty, {
  sign: (secret) => sign(PAYLOAD, secret),
  secrets: [SECRET, OTHER],
  refused: 401,
});

describe('an event of PagerDuty', () => {
  const take = (payload: object, headers: Readonly<Record<string, string>> = {}) => {
    const signed = sign(payload, SECRET);
    const request = createRequest({ ...signed, headers: { ...signed.headers, ...headers } });
    return takeIn(createSourceOf(pagerduty, { secrets: [SECRET] }), request);
  };

  it('of an incident is described by it', async () => {
    expect(toEvent((await take(PAYLOAD)).messages)).toMatchObject({
      id: '01incident-triggered',
      type: 'incident.triggered',
      subject: 'PINC1',
      time: '2026-12-01T00:00:00.500Z',
      data: PAYLOAD,
      fields: {
        incident_id: 'PINC1',
        status: 'triggered',
        title: 'DB down',
        urgency: 'high',
        priority: 'P1',
        service: 'API Service',
        assignees: ['Jane Doe'],
        teams: ['Platform'],
        resource_type: 'incident',
      },
    });
  });

  it('of a note is described by the incident within', async () => {
    const { fields, subject } = toEvent(
      (await take(toPayload('incident.annotated', NOTE))).messages,
    );
    expect(subject).toBe('PINC1');
    expect(fields).toEqual({ incident_id: 'PINC1', title: 'DB down', resource_type: 'incident' });
  });

  it('of a service is described by the service, and has no incident', async () => {
    const { fields, subject } = toEvent(
      (await take(toPayload('service.updated', SERVICE))).messages,
    );
    expect(subject).toBe('PSVC');
    expect(fields).toEqual({ service: 'API Service', teams: [], resource_type: 'service' });
  });

  it('is the same event under another X-Webhook-Id, since that is not signed', async () => {
    const ids = ['a', 'b', ''].map(async (id) => {
      return toEvent((await take(PAYLOAD, { 'x-webhook-id': id })).messages).dedupeKey;
    });
    expect(new Set(await Promise.all(ids)).size).toBe(1);
  });

  it('that is a test is answered and not taken in', async () => {
    const { status, messages } = await take(toPayload('pagey.ping', { message: 'Hello' }));
    expect({ status, messages }).toEqual({ status: 202, messages: [] });
  });

  it.each([
    ['an event', {}],
    ['a type', { event: { id: '1' } }],
    ['an id', { event: { event_type: 'incident.triggered' } }],
  ])('without %s is refused with 400', async (_, payload) => {
    expect((await take(payload)).status).toBe(400);
  });
});

describe('an example of the command line', () => {
  it.each(['incident.triggered', 'incident.annotated', 'service.updated'])(
    '%s is accepted, under a new id each time',
    async (type) => {
      const next = createPagerDutySample(type, () => SECRET);
      const ids = await Promise.all(
        [next(), next()].map(async (sample) => {
          const source = createSourceOf(pagerduty, { secrets: [SECRET] });
          const { status, messages } = await takeIn(source, createRequest(sample));
          const event = toEvent(messages);
          expect(status).toBeLessThan(300);
          expect(event.type).toBe(type);
          return event.id;
        }),
      );
      expect(new Set(ids).size).toBe(2);
    },
  );

  it('is refused by name where there is none', () => {
    expect(() => createPagerDutySample('toString', () => SECRET)).toThrow('Known types: ');
  });
});
