import { createRequire } from 'node:module';
import { sign } from '@octokit/webhooks-methods';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import { github } from '../../shared/heddle/sources/github/github.ts';
import type { Source, WebhookRequest } from '../../shared/heddle/sources/source.ts';
import { createRequest, createSourceOf, readVectors, type VectorCase } from './sources.ts';

export const SECRET = 'a secret that is long enough';
export const FORM = 'application/x-www-form-urlencoded';
export const NOW = Date.UTC(2026, 0, 1);

export const vectors = readVectors('github.json');

/**
 * The acceptable statuses of a case. One case names none: GitHub's documentation signs a text that
 * is neither JSON nor a form, which may be refused for its media type or its body.
 */
export function toStatuses({ expect, status }: VectorCase): readonly number[] {
  if (status !== undefined) return [status];
  return { accept: [202], handshake: [200], reject: [400, 415] }[expect];
}

export interface Example {
  /** The value of X-GitHub-Event. */
  readonly event: string;
  readonly payload: JsonObject;
  readonly json: string;
  /** Unique among the examples; serves as the delivery id. */
  readonly id: string;
}

/** GitHub's own example payloads: 329 of 58 event types. */
export const examples: readonly Example[] = (
  createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
    readonly name: string;
    readonly examples: readonly JsonObject[];
  }[]
).flatMap(({ name: event, examples }) =>
  examples.map((payload, index) => {
    return { event, payload, json: JSON.stringify(payload), id: `${event}-${index}` };
  }),
);

export function findExample(event: string, action?: string): Example {
  const found = examples.find((one) => one.event === event && one.payload.action === action);
  if (!found) throw new Error(`GitHub has no example of ${event} ${action}`);
  return found;
}

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface DeliveryOptions {
  readonly event?: string;
  readonly id?: string;
  readonly secret?: string;
  readonly contentType?: string;
}

/** Creates a delivery as GitHub posts it, signed by GitHub's own library. */
export async function createDelivery(
  body: string,
  { event = 'push', id = 'delivery-1', secret = SECRET, contentType }: DeliveryOptions = {},
): Promise<Delivery> {
  return {
    headers: {
      'content-type': contentType ?? 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': await sign(secret, body),
    },
    body,
  };
}

export function toFormBody(json: string): string {
  return new URLSearchParams({ payload: json }).toString();
}

/** Allows header names and values that `Headers` would refuse. */
export function toRequest(
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  receivedAt = NOW,
): WebhookRequest {
  return createRequest({ headers, body, receivedAt });
}

export function createSource(...secrets: readonly string[]): Source {
  return createSourceOf(github, { secrets });
}
