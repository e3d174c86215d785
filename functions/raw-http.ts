import { createRequire } from 'node:module';
import type { Answer } from './reply.ts';

/**
 * Serves functions with the HTTP request as the host sends it.
 *
 * `@azure/functions` creates a fetch `Request` and `Response` for every invocation, with streams
 * and three more copies of the body: most of a webhook's cost (`npm run bench`). The worker asks a
 * programming model for arguments and responses, and a library may set its own. This one handles
 * the given functions and passes all others to the library's model. Where the worker lacks this
 * interface, the functions' ordinary handlers are called.
 * @see https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/types-core/index.d.ts
 */
export function serveRaw(
  handlers: ReadonlyMap<string, RawHandler>,
  core: WorkerCore | undefined = loadCore(),
  answerHead: (functionName: string, head: RawHead) => Answer | undefined = () => undefined,
): void {
  const library = core?.getProgrammingModel?.();
  if (!core || !library) return;
  core.setProgrammingModel({
    name: library.name,
    version: library.version,
    getCapabilities: (defaults) => library.getCapabilities?.(defaults) ?? defaults,
    getInvocationModel(context) {
      const handler = handlers.get(context.metadata.name ?? '');
      return handler ? toModel(context, handler) : library.getInvocationModel(context);
    },
    answerHead(name, http) {
      const answer = answerHead(name, toHead(http));
      return answer && toHttp(answer);
    },
  });
}

/** The part of a request that is known before its body is read. Header names are in lower case. */
export interface RawHead {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
}

export interface RawRequest extends RawHead {
  readonly body: Buffer;
  readonly traceparent: string | undefined;
}

export type RawHandler = (request: RawRequest) => Promise<Answer>;

type Nullable = Readonly<Record<string, { readonly value?: string | null }>>;

/** An HTTP request in the protocol between host and worker. */
interface HttpData {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly nullableHeaders?: Nullable;
  readonly query?: Readonly<Record<string, string>>;
  readonly nullableQuery?: Nullable;
  readonly params?: Readonly<Record<string, string>>;
  readonly nullableParams?: Nullable;
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string } | null;
}

export interface Invocation {
  readonly invocationId: string;
  readonly metadata: { readonly name?: string };
  readonly request: {
    readonly inputData?: readonly { readonly data?: { readonly http?: HttpData } }[];
    readonly traceContext?: { readonly traceParent?: string };
  };
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[]): Promise<unknown>;
  getResponse(context: object, answer: unknown): Promise<object>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getCapabilities?(defaults: object): object | Promise<object>;
  getInvocationModel(context: Invocation): InvocationModel | Promise<InvocationModel>;
  /** Asked by the local host alone, before it reads a body; Microsoft's worker ignores it. */
  answerHead?(functionName: string, http: HttpData): object | undefined;
}

/** The part of `@azure/functions-core` that is used. */
export interface WorkerCore {
  getProgrammingModel?(): ProgrammingModel | undefined;
  setProgrammingModel(model: ProgrammingModel): void;
}

/** Loads a module that exists only inside the worker, not in a test or a plain Node process. */
function loadCore(): WorkerCore | undefined {
  try {
    return createRequire(import.meta.url)('@azure/functions-core') as WorkerCore;
  } catch {
    return undefined;
  }
}

function toModel(invocation: Invocation, handler: RawHandler): InvocationModel {
  const { invocationId, metadata, request } = invocation;
  const { traceContext } = request;
  return {
    getArguments: async () => ({
      context: { invocationId, functionName: metadata.name, traceContext },
      inputs: [request.inputData?.[0]?.data?.http ?? {}],
    }),
    invokeFunction: (_context, [http]) =>
      handler(toRequest(http as HttpData, traceContext?.traceParent)),
    getResponse: async (_context, answer) => toResponse(invocationId, answer as Answer),
  };
}

function toRequest(http: HttpData, traceparent: string | undefined): RawRequest {
  return { ...toHead(http), body: toBuffer(http.body), traceparent };
}

function toHead(http: HttpData): RawHead {
  return {
    method: http.method ?? 'GET',
    headers: toRecord(http.headers, http.nullableHeaders),
    query: toRecord(http.query, http.nullableQuery),
    params: toRecord(http.params, http.nullableParams),
  };
}

/** A host sends one form or the other; in the second, an empty value has no `value`. */
function toRecord(
  plain: Readonly<Record<string, string>> | undefined,
  nullable: Nullable | undefined,
): Readonly<Record<string, string>> {
  if (!nullable || Object.keys(nullable).length === 0) return plain ?? {};
  const entries = Object.entries(nullable).map(([name, { value }]) => [name, value ?? '']);
  return Object.fromEntries(entries);
}

function toBuffer(body: HttpData['body']): Buffer {
  if (body?.bytes) {
    const { buffer, byteOffset, byteLength } = body.bytes;
    return Buffer.from(buffer, byteOffset, byteLength);
  }
  return Buffer.from(body?.string ?? '', 'utf8');
}

function toResponse(invocationId: string, answer: Answer): object {
  return { invocationId, outputData: [], returnValue: { http: toHttp(answer) } };
}

function toHttp({ status, headers, body }: Answer): object {
  const bytes = Buffer.from(body, 'utf8');
  return { statusCode: String(status), headers, cookies: [], body: { bytes } };
}
