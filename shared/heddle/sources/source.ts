import type { z } from 'zod';
import type { Cause } from '../domain/cause.ts';
import type { Event } from '../domain/event.ts';
import type { Json } from '../domain/json.ts';
import type { Secret } from '../domain/secret.ts';
import type { Verification } from './secret.ts';

/** A webhook request as it came in: nothing decoded, nothing trusted. */
export interface WebhookRequest {
  readonly method: string;
  /**
   * Of a header that came several times, the values joined by commas. `keys` are the names in lower
   * case, for senders that may invent some.
   */
  readonly headers: Pick<Headers, 'get'> & { keys(): Iterable<string> };
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
  /** At most one of these; neither is an empty body. */
  readonly json?: Json;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a source makes of a request's payload; ingest adds the rest of the envelope. */
export type SourceEvent = Pick<Event, 'id' | 'type' | 'data' | 'fields'> &
  Partial<Pick<Event, 'subject' | 'time' | keyof Cause>> & {
    /** The JSON text of `data` where the sender gave it as such: saves writing it again. */
    readonly dataJson?: string;
  };

/** What a verified request comes to. */
export interface Outcome {
  /** To be taken in; none for a handshake or a ping. */
  readonly events: readonly SourceEvent[];
  /** Answered once the events are durable. Absent: 202 with their ids. */
  readonly reply?: Reply;
  /**
   * The sender waits for what the event's run says: its output becomes the answer, where it is one
   * that the sender understands. `reply` is the answer when there is no run, or it takes too long.
   */
  readonly toReply?: (output: unknown) => Reply | undefined;
}

/**
 * Where events come from. `handshake` is called first, `verify` next and `normalize` only after it
 * has returned. All throw RejectedError for what the sender must change, RetryableError for what
 * may work later, and ConfigError where a setting is missing.
 */
export interface Source {
  /** What triggers call it. */
  readonly name: string;
  readonly maxBodyBytes: number;
  /** Media types that are taken, lower case, without parameters. Absent: any. */
  readonly mediaTypes?: readonly string[];
  /** Answers what is not authenticated by design, and carries no event. */
  handshake?(request: WebhookRequest): Reply | undefined;
  verify(request: WebhookRequest): Verification | Promise<Verification>;
  normalize(request: WebhookRequest): Outcome | Promise<Outcome>;
}

/** What a source may use of the world. */
export interface SourceContext {
  /** The name in the triggers file. */
  readonly name: string;
  /** Those that the file names, or the kind's own where it names none. Values may be blank. */
  readonly secrets: readonly Secret[];
  /** A secret by the name of its app setting. The value is blank where it is not set. */
  readSecret(setting: string): Secret;
  /**
   * GET of an https URL: no redirects, at most `maxBytes` and `timeoutMs`.
   * @throws {RetryableError} when there is no answer, or none with status 200
   */
  fetchText(url: string, limits: { maxBytes: number; timeoutMs: number }): Promise<string>;
}

/** What functions are registered by. */
export interface KindHead {
  readonly kind: string;
  /** HTTP methods that its function is registered for. */
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'OPTIONS')[];
  /** App settings with the secrets where the file names none. */
  readonly defaultSecrets: readonly string[];
}

/** A kind of sender: what `kind:` names in the triggers file. */
export interface SourceKind<S = unknown> extends KindHead {
  /** Settings in the triggers file beside those that every source has: a strict object's shape. */
  readonly settings: z.ZodType<S> & { readonly shape: z.ZodRawShape };
  create(settings: S, context: SourceContext): Source;
}

/** Keeps the type of the settings between `settings` and `create`. */
export function defineSource<const Shape extends z.ZodRawShape>(
  kind: Omit<SourceKind, 'settings' | 'create'> & {
    readonly settings: z.ZodObject<Shape>;
    readonly create: (settings: z.output<z.ZodObject<Shape>>, context: SourceContext) => Source;
  },
): SourceKind {
  return kind as unknown as SourceKind;
}
