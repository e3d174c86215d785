import type { z } from 'zod';
import type { AzureSenders } from '../domain/azure-senders.ts';
import type { Cause } from '../domain/cause.ts';
import type { Event } from '../domain/event.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Secret } from '../domain/secret.ts';
import type { Verification } from './secret.ts';

/** A webhook request as received: nothing decoded, nothing trusted. */
export interface WebhookRequest {
  readonly method: string;
  /**
   * A repeated header has its values joined by commas. `keys` are the names in lower case, for
   * senders that may invent some.
   */
  readonly headers: Pick<Headers, 'get'> & { keys(): Iterable<string> };
  readonly query: URLSearchParams;
  /** The exact bytes that were sent, which signatures cover. */
  readonly body: Buffer;
  /** Unix milliseconds. */
  readonly receivedAt: number;
  readonly traceparent: string | undefined;
}

/** An answer to a sender. */
export interface Reply {
  readonly status: number;
  /** At most one of these two; with neither, the body is empty. */
  readonly json?: Json;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An event as a source builds it; ingest adds the rest of the envelope. */
export type SourceEvent = Pick<Event, 'id' | 'type' | 'data' | 'fields'> &
  Partial<Pick<Event, 'subject' | 'time' | keyof Cause>> & {
    /** The sender's JSON text of `data`, which saves serializing it again. */
    readonly dataJson?: string;
  };

/** Result of a verified request. */
export interface Outcome {
  /** Events to ingest; none for a handshake or a ping. */
  readonly events: readonly SourceEvent[];
  /** Sent once the events are durable. Absent: 202 with their ids. */
  readonly reply?: Reply;
  /**
   * Converts the output of the event's run to an answer, which the sender waits for; undefined if
   * it cannot be one. `reply` is the answer when there is no run, or it takes too long.
   */
  readonly toReply?: (output: unknown) => Reply | undefined;
}

/** Removes the values that a source's `redact` names. @param sent what they are copied from as well */
export type RedactEvent = (event: SourceEvent, sent?: JsonObject) => SourceEvent;

/**
 * Verifies requests and converts them to events. `handshake` is called first, `verify` next, and
 * `normalize` only after `verify` has returned. All throw RejectedError for what the sender must
 * change, RetryableError for what may work later, and ConfigError when a setting is missing.
 */
export interface Source {
  /** The name that triggers use. */
  readonly name: string;
  /** The last part of its route. Absent: its name. */
  readonly route?: string;
  readonly maxBodyBytes: number;
  /** Accepted media types, in lower case, without parameters. Absent: any. */
  readonly mediaTypes?: readonly string[];
  /**
   * What keeps it from verifying anything, each with what to do; empty: nothing. Absent: it needs one
   * of its secrets.
   */
  readonly missing?: readonly string[];
  /** Answers requests that are unauthenticated by design and carry no event. */
  handshake?(request: WebhookRequest): Reply | undefined | Promise<Reply | undefined>;
  verify(request: WebhookRequest): Verification | Promise<Verification>;
  normalize(request: WebhookRequest): Outcome | Promise<Outcome>;
  /** Removes credentials that the sender puts into its body, once the schema has seen it. */
  withoutCredentials?(event: SourceEvent): SourceEvent;
  /**
   * Code of the app that may change an event or drop it. It is called once the schema has seen what
   * was sent, and passes what it makes on to be redacted again.
   * @param redact for the parts of the code that may not see what is redacted
   * @returns undefined to drop the event
   */
  transform?(event: SourceEvent, redact: RedactEvent): Promise<SourceEvent | undefined>;
}

/** The environment of a source. */
export interface SourceContext {
  /** The source's name in the triggers file. */
  readonly name: string;
  /** Secrets that the file names, or the kind's defaults. Values may be blank. */
  readonly secrets: readonly Secret[];
  /** Reads a secret by the name of its app setting. The value is blank if it is not set. */
  readSecret(setting: string): Secret;
  /**
   * Gets an https URL, without redirects and within `maxBytes` and `timeoutMs`.
   * @throws {RetryableError} when there is no answer, or its status is not 200
   */
  fetchText(url: string, limits: { maxBytes: number; timeoutMs: number }): Promise<string>;
  /** What the deployment knows of Azure's services that send to it. Absent: nothing. */
  readonly senders?: AzureSenders;
}

/** The part of a kind that registers its function and describes it, loaded before its code. */
export interface KindHead {
  readonly kind: string;
  /** The senders, in a line. */
  readonly description?: string;
  /** HTTP methods of its function. */
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'OPTIONS')[];
  /** App settings with the secrets, if the file names none. Absent: no secrets. */
  readonly defaultSecrets?: readonly string[];
  /** Descriptions of its settings by path, `auth.kind`, which editors of a triggers file show. */
  readonly settingDescriptions?: Readonly<Record<string, string>>;
}

/** A kind whose settings are in the schema of triggers files, with nothing left undescribed. */
export type DescribedKind = Required<KindHead>;

/** A kind of source, named by `kind:` in the triggers file. */
export interface SourceKind<S = unknown> extends KindHead {
  /** Settings in the triggers file besides those of every source: the shape of a strict object. */
  readonly settings: z.ZodType<S> & { readonly shape: z.ZodRawShape };
  create(settings: S, context: SourceContext): Source;
}

/**
 * Defines a kind of source in code, which `defineApp` takes under `sources`. Its webhooks arrive at
 * `/webhooks/{kind}`, and at `/webhooks/{kind}/{name}` for sources of this kind that the triggers file
 * names. The type of the settings is kept between `settings` and `create`.
 *
 * Verify over the raw bytes of `body`, with {@link HmacKeys} or {@link verifyToken}, which compare in
 * constant time and fail closed. Put no part of a request into an error.
 *
 * @example
 * const zendesk = defineSource({
 *   kind: 'zendesk',
 *   methods: ['POST'],
 *   defaultSecrets: ['ZENDESK_SECRET', 'ZENDESK_SECRET_2'],
 *   settings: z.object({ toleranceSeconds: z.number().default(300) }),
 *   create({ toleranceSeconds }, { name, secrets }) {
 *     const keys = new HmacKeys(secrets);
 *     return {
 *       name,
 *       maxBodyBytes: 1024 * 1024,
 *       mediaTypes: ['application/json'],
 *       verify({ headers, body, receivedAt }) {
 *         const sent = headers.get('x-zendesk-timestamp');
 *         const time = checkTimestamp(sent, receivedAt, { toleranceSeconds });
 *         return keys.verify([parseBase64(headers.get('x-zendesk-signature'))], time, body);
 *       },
 *       normalize({ body }) {
 *         const data = parseJsonObject(parseText(body));
 *         return { events: [{ id: String(data.id), type: String(data.type), data, fields: {} }] };
 *       },
 *     };
 *   },
 * });
 * export default defineApp({ sources: [zendesk] });
 */
export function defineSource<const Shape extends z.ZodRawShape>(
  kind: Omit<SourceKind, 'settings' | 'create'> & {
    readonly settings: z.ZodObject<Shape>;
    readonly create: (settings: z.output<z.ZodObject<Shape>>, context: SourceContext) => Source;
  },
): SourceKind {
  return kind as unknown as SourceKind;
}
