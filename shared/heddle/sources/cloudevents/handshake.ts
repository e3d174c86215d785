import { RejectedError } from '../../errors/errors.ts';
import type { Reply, WebhookRequest } from '../source.ts';

export interface HandshakeOptions {
  /** DNS names of senders; `*` for any. */
  readonly allowedOrigins: readonly string[];
  /** Requests per minute that are granted. Absent: as many as the sender asks for. */
  readonly allowedRate?: number | undefined;
}

/**
 * Answers a sender that asks with OPTIONS whether it may deliver here. The permission authenticates
 * nobody: it only keeps a sender from being used against other services.
 * @returns undefined for any other method
 * @throws {RejectedError} 400 where the origin is missing or not allowed
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
 */
export function answerHandshake(
  { method, headers }: WebhookRequest,
  { allowedOrigins, allowedRate }: HandshakeOptions,
): Reply | undefined {
  if (method !== 'OPTIONS') return undefined;
  const origin = headers.get('webhook-request-origin');
  if (!origin || !isAllowedOrigin(origin, allowedOrigins)) {
    const message = 'The header WebHook-Request-Origin is missing or names no allowed origin.';
    throw new RejectedError('origin_invalid', message);
  }
  return {
    status: 200,
    headers: {
      'WebHook-Allowed-Origin': allowedOrigins.includes('*') ? '*' : origin,
      'WebHook-Allowed-Rate': toAllowedRate(headers.get('webhook-request-rate'), allowedRate),
      Allow: 'POST',
    },
  };
}

/** DNS names are not case-sensitive. */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  const name = origin.toLowerCase();
  return allowed.some((one) => one === '*' || one.toLowerCase() === name);
}

/** `*` is no limit; an invalid rate is answered as if none had been requested. */
function toAllowedRate(asked: string | null, allowed: number | undefined): string {
  if (asked === null || !/^[1-9]\d{0,8}$/.test(asked)) return String(allowed ?? '*');
  return String(Math.min(Number(asked), allowed ?? Number.POSITIVE_INFINITY));
}
