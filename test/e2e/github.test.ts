import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isAzure } from '../helpers/backend.ts';
import {
  createDelivery,
  type Delivery,
  examples,
  FORM,
  findExample,
  toStatuses,
  vectors,
} from '../helpers/github.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

const TRIGGERS = `
triggers:
  - name: pr-review
    source: github
    eventType: pull_request.opened
    actor: pr-reviewer
  - name: every-push
    source: github
    eventType: push
    actor: log
`;

const isPing = ({ event }: { readonly event: string }) => event === 'ping';
const opened = findExample('pull_request', 'opened');

/** Limits the number of concurrent requests. */
async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<void>) {
  const rest = [...items];
  const work = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

describe("GitHub's deliveries", () => {
  let host: HeddleHost;

  beforeAll(async () => {
    host = await HeddleHost.start(prepareHeddle({ triggers: TRIGGERS }));
  });

  const send = ({ headers, body }: Delivery) => host.post(headers, body);

  it('of all 329 examples are accepted and give exactly one event each', async () => {
    await inParallel(examples, async (example) => {
      const response = await send(await createDelivery(example.json, example));
      expect(response.status).toBe(isPing(example) ? 200 : 202);
      if (!isPing(example)) expect(await response.json()).toEqual({ id: example.id });
    });
    await host.drained();
    const events = await host.events('limit=50');
    const sent = examples.filter((example) => !isPing(example));
    expect(events.map(({ id }) => id).sort()).toEqual(sent.map(({ id }) => id).sort());
    const { data, runs } = await host.event(opened.id);
    expect(data).toEqual(opened.payload);
    expect(runs).toMatchObject([{ trigger: 'pr-review', status: 'succeeded' }]);
    const all = await host.runs();
    const pushes = examples.filter(({ event }) => event === 'push');
    const opens = examples.filter(
      ({ event, payload }) => event === 'pull_request' && payload.action === 'opened',
    );
    expect(all).toHaveLength(pushes.length + opens.length);
    expect(all.every(({ status }) => status === 'succeeded')).toBe(true);
  });

  it('twice are accepted twice, and stay one event and one run', async () => {
    const delivery = await createDelivery(opened.json, { event: 'pull_request', id: 'twice' });
    const statuses = [await send(delivery), await send(delivery)].map(({ status }) => status);
    await host.drained();
    statuses.push((await send(delivery)).status);
    await host.drained();
    expect(statuses).toEqual([202, 202, 202]);
    expect((await host.events()).filter(({ id }) => id === 'twice')).toHaveLength(1);
    expect((await host.runs()).filter(({ eventId }) => eventId === 'twice')).toHaveLength(1);
  });

  it('as forms are accepted', async () => {
    const body = new URLSearchParams({ payload: opened.json }).toString();
    const options = { event: 'pull_request', id: 'a-form', contentType: FORM };
    expect((await send(await createDelivery(body, options))).status).toBe(202);
    await host.drained();
    expect((await host.event('a-form')).data).toEqual(opened.payload);
  });

  it.each([
    [401, 'signature_invalid', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
    [400, 'header_invalid', { 'x-github-delivery': ' ' }],
    [415, 'media_type_unsupported', { 'content-type': 'text/plain' }],
  ])('that are wrong are answered %i (%s) with problem details', async (status, code, changed) => {
    const { headers, body } = await createDelivery('{}', { id: `wrong-${status}` });
    const response = await host.post({ ...headers, ...changed }, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code });
  });

  it('over 25 MiB are answered 413', async () => {
    const { headers } = await createDelivery('{}');
    const response = await host.post(headers, Buffer.alloc(25 * 1024 * 1024 + 1));
    expect(response.status).toBe(413);
  });

  it('are the only ones taken: a path or method besides is 404', async () => {
    const url = `${host.process.url}/webhooks/github`;
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(`${url}/x`, { method: 'POST' })).status).toBe(404);
  });

  it('are a line of the log each: what they ran, why nothing, or why they were refused', () => {
    const output = host.process.output();
    expect(output).toMatch(
      / info Event github pull_request\.opened: 1 of \d trigger\S* matched: pr-review eventId=twice matched=1/,
    );
    expect(output).toMatch(
      / info A run of trigger pr-review succeeded after 1 attempt .*eventId=twice/,
    );
    expect(output).toMatch(
      / info Event github issues\.opened: none of 2 triggers matched: \S+ \(eventType\)/,
    );
    expect(output).toMatch(/ info A request is refused, github: signature_invalid status=401$/m);
    expect(output).toMatch(/ info A request is refused, github: body_too_large status=413$/m);
  });

  it('find a start that has listed triggers and sources in place of its functions', () => {
    const output = host.process.output();
    expect(output).toMatch(/^Triggers \(2\):\n {2}every-push +github push → log\n {2}pr-review /m);
    expect(output).toMatch(/^ {2}github +\/webhooks\/github: GITHUB_WEBHOOK_SECRET present$/m);
    expect(output).toMatch(/^\d+ functions run: npm start -- --verbose lists them$/m);
    expect(output).not.toContain('/api/v1/dead-letters');
  });

  it('leave a healthy host, no secret and no body in its log', async () => {
    const health = await host.health();
    expect(health).toMatchObject({ status: 'healthy', reasons: [], triggers: 2, queued: 0 });
    expect(host.process.output()).not.toMatch(/a secret that is long enough|sha256=/);
    expect(host.process.output()).not.toContain('full_name');
  });
});

describe('the vector file', () => {
  const groups = Map.groupBy(vectors, ({ secrets, now }) => JSON.stringify({ secrets, now }));

  it.each([...groups])('gives its verdicts with %s', async (text, cases) => {
    const { secrets, now } = JSON.parse(text) as { secrets: string[]; now: number };
    const prepared = prepareHeddle({ secrets, args: ['--now', String(now)] });
    const host = await HeddleHost.start(prepared);
    for (const one of cases) {
      const response = await host.post(one.headers, Buffer.from(one.bodyBase64, 'base64'));
      expect(toStatuses(one), `${one.id} ${one.name}`).toContain(response.status);
    }
    await host.drained();
    const events = await host.events();
    const accepted = cases.filter((one) => one.expect === 'accept');
    const ids = accepted.map(({ headers }) => headers['x-github-delivery']);
    expect(events.map(({ id }) => id).sort()).toEqual([...new Set(ids)].sort());
    for (const { id, source, type, receivedAt } of events) {
      const one = accepted.find(({ headers }) => headers['x-github-delivery'] === id);
      expect(`${source}.${type}`).toBe(one?.expected?.eventType ?? 'github.push');
      expect(Date.parse(receivedAt)).toBe(now * 1000);
    }
    await host.process.stop();
  });
});

describe('a host without a secret', () => {
  it('answers 500 to what is signed with the empty one, says why in its log, once', async () => {
    const host = await HeddleHost.start(prepareHeddle({ secrets: ['', ' '] }));
    const { headers, body } = await createDelivery('{}', { secret: ' ' });
    for (const _ of [1, 2]) {
      const response = await host.post(headers, body);
      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({ code: 'config' });
    }
    const { output } = await host.process.stop();
    expect(output.match(/set GITHUB_WEBHOOK_SECRET/g)).toHaveLength(1);
  });
});

describe.skipIf(isAzure)('a database that somebody else has locked', () => {
  it('is answered 503 with Retry-After, and the same delivery is accepted once it is free', async () => {
    const prepared = prepareHeddle({ triggers: TRIGGERS });
    mkdirSync(prepared.dataDir, { recursive: true });
    const host = await HeddleHost.start(prepared);
    const delivery = await createDelivery(opened.json, { event: 'pull_request', id: 'patient' });
    const other = new DatabaseSync(join(prepared.dataDir, 'heddle.db'));
    onTestFinished(() => other.close());
    other.exec('BEGIN EXCLUSIVE');
    const refused = await host.post(delivery.headers, delivery.body);
    other.exec('ROLLBACK');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'queue_unavailable' });
    expect(await host.events()).toEqual([]);
    expect((await host.post(delivery.headers, delivery.body)).status).toBe(202);
    await host.drained();
    expect(await host.events()).toHaveLength(1);
    expect(await host.runs()).toMatchObject([{ status: 'succeeded', eventId: 'patient' }]);
  });
});
