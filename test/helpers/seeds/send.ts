import { createHmac, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import type { AnyModuleEvent } from '../../../shared/heddle/actors/emit-gate.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { executeTrigger } from '../../../shared/heddle/pipeline/commands/execute-trigger.ts';
import { emitEvent } from '../../../shared/heddle/pipeline/events/emit-event.ts';
import { enqueueEvent } from '../../../shared/heddle/pipeline/events/enqueue-events.ts';
import type { Source, SourceEvent } from '../../../shared/heddle/sources/source.ts';
import { createDelivery } from '../github.ts';
import { createCertificate, NOW, signFields } from '../sns.ts';
import { createRequest, type RequestParts, takeIn } from '../sources.ts';
import { seeds } from './file.ts';
import type { SeedWorld } from './world.ts';

/** Sends an event to the engine, or lets it find one. */
export type Send = (world: SeedWorld) => Promise<unknown>;

/**
 * The secret of all senders. Standard Webhooks signs with the bytes that it encodes, the others
 * with the text.
 */
const SECRET = `whsec_${Buffer.from('a secret that is long enough').toString('base64')}`;
const JSON_TYPE = { 'content-type': 'application/json' };
const SECONDS = Math.floor(NOW / 1000);

/** Sends the same event as unverified. */
export function unverified(send: Send): Send {
  return (world) => send({ ...world, send: (event) => world.send({ ...event, verified: false }) });
}

/** Verifies and normalizes a request by a source of the file, with its settings. */
function post(name: string, toParts: () => RequestParts | Promise<RequestParts>): Send {
  return async (world) => {
    const request = createRequest({ ...(await toParts()), receivedAt: NOW });
    const { messages, error } = await takeIn(createSource(name), request);
    const [message] = messages;
    if (message?.kind !== 'event') throw error ?? new Error(`${name} made no event`);
    await world.send(message.event);
  };
}

function createSource(name: string): Source {
  const configured = seeds.sources.find((source) => source.name === name);
  if (!configured) throw new Error(`the file has no source ${name}`);
  const readSecret = (setting: string) => ({ setting, value: SECRET });
  return configured.kind.create(configured.settings, {
    ...{ name, readSecret, secrets: [readSecret('SECRET')] },
    fetchText: async () => createCertificate(),
  });
}

function hmac(text: string): string {
  return createHmac('sha256', SECRET).update(text).digest('hex');
}

export function github(event: string, payload: object): Send {
  const body = JSON.stringify(payload);
  return post('github', () => createDelivery(body, { event, id: randomUUID(), secret: SECRET }));
}

/** A message that a person writes in a channel. */
export function slack(text: string, user: string): Send {
  const event = { type: 'app_mention', text, user, channel: 'C1', ts: '1796083200.000100' };
  const body = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', team_id: 'T1', event });
  const signature = `v0=${hmac(`v0:${SECONDS}:${body}`)}`;
  const signed = { 'x-slack-request-timestamp': `${SECONDS}`, 'x-slack-signature': signature };
  return post('slack', () => ({ headers: { ...JSON_TYPE, ...signed }, body }));
}

export function stripe(type: string, object: object): Send {
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });
  const given = { payload, secret: SECRET, timestamp: SECONDS };
  const signature = Stripe.webhooks.generateTestHeaderString(given);
  const headers = { ...JSON_TYPE, 'stripe-signature': signature };
  return post('stripe', () => ({ headers, body: payload }));
}

export function grafana(payload: object): Send {
  const body = JSON.stringify(payload);
  const headers = { ...JSON_TYPE, 'x-grafana-alerting-signature': hmac(body) };
  return post('grafana', () => ({ headers, body }));
}

export function cloudwatch(alarm: object): Send {
  const TopicArn = 'arn:aws:sns:us-east-1:123456789012:devctl-events';
  const headers = { 'content-type': 'text/plain', 'x-amz-sns-message-type': 'Notification' };
  return post('cloudwatch', () => {
    const fields = signFields({ TopicArn, Message: JSON.stringify(alarm) });
    return { headers, body: JSON.stringify(fields) };
  });
}

export function webPubSub(type: string, text: string): Send {
  const headers = {
    'webhook-request-origin': 'heddle.webpubsub.azure.com',
    'content-type': 'text/plain',
    'ce-type': `azure.webpubsub.${type}`,
    ...{ 'ce-id': '1', 'ce-connectionid': 'c1', 'ce-hub': 'actor-events' },
    'ce-signature': `sha256=${hmac('c1')}`,
  };
  return post('webpubsub', () => ({ headers, body: text }));
}

/** An event of the MCP server `database`. */
export function mcp(name: string, data: object): Send {
  const body = JSON.stringify({ eventId: 'evt_1', name, data });
  const headers = {
    ...JSON_TYPE,
    'x-mcp-subscription-id': 'sub_orders',
    ...{ 'webhook-id': 'evt_1', 'webhook-timestamp': `${SECONDS}` },
    'webhook-signature': new Webhook(SECRET).sign('evt_1', new Date(NOW), body),
  };
  return post('database', () => ({ headers, body }));
}

/** A request to one of the custom sources; `open` ignores the signature. */
export function webhook(source: 'events' | 'open' | 'redis', payload: object): Send {
  const body = JSON.stringify(payload);
  return post(source, () => ({ headers: { ...JSON_TYPE, 'x-signature': hmac(body) }, body }));
}

/** An event of a source without a sender. */
export function within(source: string, type: string, given: Partial<SourceEvent> = {}): Send {
  const event = { id: randomUUID(), type, data: {}, fields: {}, ...given };
  return ({ engine }) => enqueueEvent(engine, source, event);
}

/** Emits like `POST /api/v1/triggers/emit` and a module. */
export function emitted(event: string | AnyModuleEvent, data: object = {}): Send {
  return ({ engine }) => emitEvent(engine, { event, data });
}

/** Executes like `POST /api/v1/triggers/{name}/execute`. */
export function executed(name: string, data: JsonObject): Send {
  return ({ engine }) => executeTrigger(engine, name, { data });
}

const AROUND_MS = 30_000;

/** Runs the app for half a minute before and after a time. */
export function aroundTime(time: string): Send {
  return async ({ clock, live }) => {
    await clock.advance(Date.parse(time) - AROUND_MS - clock.now());
    await live((2 * AROUND_MS) / 1000);
  };
}
