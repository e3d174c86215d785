import type { Event } from '../domain/event.ts';
import type { Json } from '../domain/json.ts';

/** A webhook request as it came in: nothing decoded, nothing trusted. */
export interface WebhookRequest {
  readonly method: string;
  readonly headers: Pick<Headers, 'get'>;
  readonly query: URLSearchParams;
  /** The exact bytes that were sent: what signatures cover. */
  readonly body: Buffer;
  /** Unix milliseconds. */
  readonly receivedAt: number;
  readonly traceparent: string | undefined;
}

/** What a sender is answered. */
export interface Reply {
  readonly status: number;
  readonly json: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a source makes of a request's payload; ingest adds the rest of the envelope. */
export type SourceEvent = Pick<Event, 'id' | 'type' | 'data' | 'fields'> &
  Partial<Pick<Event, 'subject' | 'time'>> & {
    /** The JSON text of `data` where the sender gave it as such: saves writing it again. */
    readonly dataJson?: string;
  };

/** Events to take in, or an answer to something that is none: a handshake, a ping. */
export type Outcome = { readonly events: readonly SourceEvent[] } | { readonly reply: Reply };

/**
 * Where events come from. `verify` is called first and `normalize` only after it has returned;
 * both throw RejectedError for what the sender must change, and ConfigError where a setting is
 * missing.
 */
export interface Source {
  readonly name: string;
  readonly maxBodyBytes: number;
  /** Media types that are taken, lower case, without parameters. */
  readonly mediaTypes: readonly string[];
  verify(request: WebhookRequest): void;
  normalize(request: WebhookRequest): Outcome;
}
