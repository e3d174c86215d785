import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import { type Message, parseMessage } from '../../shared/heddle/domain/message.ts';
import { ConfigError, RejectedError, RetryableError } from '../../shared/heddle/errors/errors.ts';
import { ingest } from '../../shared/heddle/pipeline/ingest/ingest.ts';
import type { EventQueue, OutgoingMessage } from '../../shared/heddle/ports/event-queue.ts';
import type {
  Reply,
  Source,
  SourceContext,
  SourceKind,
  WebhookRequest,
} from '../../shared/heddle/sources/source.ts';

export interface CollectingQueue extends Pick<EventQueue, 'send'> {
  readonly sent: OutgoingMessage[];
  /** Sent messages, as dispatch will read them. */
  messages(): readonly Message[];
}

export function createCollectingQueue(): CollectingQueue {
  const sent: OutgoingMessage[] = [];
  return {
    sent,
    messages: () => sent.map(({ body }) => parseMessage(body)),
    send: async (messages) => {
      sent.push(...messages);
      return messages.map((_, index) => index + 1);
    },
  };
}

export interface RequestParts {
  readonly method?: string;
  /** The path with its query: `/hook?code=x`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Unix milliseconds. */
  readonly receivedAt?: number;
}

/** Allows header names and values that `Headers` would refuse. */
export function createRequest(parts: RequestParts): WebhookRequest {
  const { method = 'POST', path = '/', headers = {}, body = '', receivedAt = Date.now() } = parts;
  const byName = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method,
    headers: { get: (name) => byName.get(name.toLowerCase()) ?? null, keys: () => byName.keys() },
    query: new URL(path, 'http://localhost').searchParams,
    body: Buffer.from(body),
    receivedAt,
    traceparent: undefined,
  };
}

export interface SourceParts {
  /** Settings as in the triggers file; parsed by the kind's own schema. */
  readonly settings?: JsonObject;
  /** Values of the secrets; their settings are `SECRET_1`, `SECRET_2`. */
  readonly secrets?: readonly string[];
  /** Values of app settings that the kind's settings name. */
  readonly env?: Readonly<Record<string, string>>;
  readonly fetchText?: SourceContext['fetchText'];
  /** What the deployment knows of Azure's senders. */
  readonly senders?: SourceContext['senders'];
}

/** Creates a source as the app does, without network. */
export function createSourceOf(kind: SourceKind, parts: SourceParts = {}): Source {
  const { settings = {}, secrets = [], env = {}, fetchText = refuseNetwork, senders } = parts;
  return kind.create(kind.settings.parse(settings), {
    name: kind.kind,
    secrets: secrets.map((value, index) => ({ setting: `SECRET_${index + 1}`, value })),
    readSecret: (setting) => ({ setting, value: env[setting] ?? '' }),
    fetchText,
    ...(senders ? { senders } : {}),
  });
}

async function refuseNetwork(url: string): Promise<string> {
  throw new Error(`the test has no network for ${url}`);
}

/** The outcome of a request: the response's status, its reply, and the queued messages. */
export interface Taken {
  readonly status: number;
  readonly reply?: Reply;
  readonly error?: Error;
  readonly messages: readonly Message[];
}

/** Takes in a request as the app does. Rethrows all but the errors that a source may throw. */
export async function takeIn(source: Source, request: WebhookRequest): Promise<Taken> {
  const queue = createCollectingQueue();
  try {
    const { reply } = await ingest(source, request, queue);
    return { status: reply.status, reply, messages: queue.messages() };
  } catch (error) {
    const base = { messages: queue.messages() };
    if (error instanceof RejectedError) return { ...base, status: error.status, error };
    if (error instanceof ConfigError) return { ...base, status: 500, error };
    if (error instanceof RetryableError) return { ...base, status: 503, error };
    throw error;
  }
}

/** A signed request of the vector files, with its expected verdict. */
export interface VectorCase {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
  readonly secrets: readonly string[];
  readonly config?: JsonObject;
  /** Unix seconds. */
  readonly now: number;
  readonly expect: 'accept' | 'reject' | 'handshake';
  readonly tier: 'must' | 'policy';
  readonly status?: number;
  readonly respond?: { readonly status?: number; readonly json?: unknown };
  readonly expected?: {
    readonly eventType?: string;
    readonly dedupeId?: string;
    readonly normalized?: JsonObject;
  };
}

export function readVectors(file: string): readonly VectorCase[] {
  const url = new URL(`../fixtures/vectors/${file}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as readonly VectorCase[];
}

export function toVectorRequest(one: VectorCase): WebhookRequest {
  const body = Buffer.from(one.bodyBase64, 'base64');
  return createRequest({ ...one, body, receivedAt: one.now * 1000 });
}

/**
 * Checks that every case of a vector file gets its verdict, and its status where it names one.
 * @param differ policy cases that are decided otherwise, with the status and the reason
 */
export function describeVectors(
  file: string,
  createFor: (one: VectorCase) => Source,
  differ: Readonly<Record<string, { readonly status: number; readonly why: string }>> = {},
): void {
  const cases = readVectors(file);
  describe(`the vectors of ${file}`, () => {
    it.each(cases.map((one) => [one.id, one.name, one] as const))(
      '%s: %s',
      async (...[, , one]) => {
        const taken = await takeIn(createFor(one), toVectorRequest(one));
        const other = differ[one.id];
        if (other) {
          expect(one.tier, other.why).toBe('policy');
          expect(taken.status).toBe(other.status);
          return;
        }
        expectVerdict(one, taken);
      },
    );
  });
}

function expectVerdict(one: VectorCase, { status, reply, messages }: Taken): void {
  const verdict = status >= 300 ? 'reject' : messages.length > 0 ? 'accept' : 'handshake';
  expect(verdict, one.name).toBe(one.expect);
  if (one.status !== undefined) expect(status).toBe(one.status);
  if (one.respond?.status !== undefined && one.expect === 'handshake') {
    expect(status).toBe(one.respond.status);
  }
  if (one.expect === 'handshake' && typeof one.respond?.json === 'object') {
    expect(reply?.json).toEqual(one.respond.json);
  }
}
