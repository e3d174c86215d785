import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagerduty } from '../../../shared/heddle/sources/pagerduty/pagerduty.ts';
import { edit, edits } from '../../helpers/odd-payloads.ts';
import { createMutation, noise, paths } from '../../helpers/odd-requests.ts';
import { createRequest, createSourceOf, type RequestParts, takeIn } from '../../helpers/sources.ts';

const SECRET = 'pd-secret-0123456789';
const source = createSourceOf(pagerduty, { secrets: [SECRET] });

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

const PAYLOADS = [
  PAYLOAD,
  toPayload('incident.annotated', NOTE),
  toPayload('service.updated', SERVICE),
];

function sign(payload: object | Buffer, secret: string): RequestParts {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const signature = `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-pagerduty-signature': signature };
  return { headers, body };
}

const mutation = createMutation([(text) => `${text}zz`, (text) => text.replace('1', '0')]);

/** PagerDuty's description, implemented as simply as possible. */
function isGenuine(body: string, header: string, secret: string): boolean {
  if (secret.trim() === '') return false;
  const expected = `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return header.split(',').some((item) => item.trim() === expected);
}

describe('a signature', () => {
  it('is accepted exactly where it is genuine, in 5,000 mutations', async () => {
    const counts = { accepted: 0, refused: 0 };
    const mutations = fc.tuple(mutation, mutation, mutation);
    await fc.assert(
      fc.asyncProperty(mutations, async ([onBody, onHeader, onSecret]) => {
        const { headers = {}, body: signed = '' } = sign(PAYLOAD, SECRET);
        const header = onHeader(headers['x-pagerduty-signature'] ?? '');
        const [body, secret] = [onBody(signed.toString()), onSecret(SECRET)];
        const { status } = await takeIn(
          createSourceOf(pagerduty, { secrets: [secret] }),
          createRequest({ headers: { ...headers, 'x-pagerduty-signature': header }, body }),
        );
        expect(status === 202).toBe(isGenuine(body, header, secret));
        counts[status === 202 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 5000 },
    );
    expect(counts.accepted).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(1000);
  });
});

describe('a genuine payload with odd fields', () => {
  it('is accepted or refused with 400, whatever is missing or odd', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PAYLOADS), edits, async (payload, changes) => {
        const { status } = await takeIn(
          source,
          createRequest(sign(edit(payload, changes), SECRET)),
        );
        expect([202, 400]).toContain(status);
        counts[status < 300 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 2000 },
    );
    expect(counts.accepted).toBeGreaterThan(500);
    expect(counts.refused).toBeGreaterThan(20);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

const names = fc.constantFrom('content-type', 'x-pagerduty-signature', 'x-webhook-id');
const headers = fc.dictionary(
  fc.oneof(names, fc.string()),
  fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('application/json', 'v1=00', 'v1=,v1='),
  ),
);

describe('any input', () => {
  it('that is not signed is refused', async () => {
    await fc.assert(
      fc.asyncProperty(headers, noise, paths, async (given, body, path) => {
        const { status, messages } = await takeIn(
          source,
          createRequest({ headers: given, body, path }),
        );
        expect([401, 415]).toContain(status);
        expect(messages).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('that is signed is taken in so that dispatch can read it, or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(headers, noise, async (given, body) => {
        const signed = sign(body, SECRET);
        const request = createRequest({ ...signed, headers: { ...given, ...signed.headers } });
        const { status } = await takeIn(source, request);
        expect([202, 400]).toContain(status);
      }),
      { numRuns: 2000 },
    );
  });
});
