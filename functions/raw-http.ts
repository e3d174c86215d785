import { createRequire } from 'node:module';
import type {
  HttpData,
  Invocation,
  InvocationModel,
  Nullable,
  ProgrammingModel,
  RawHandler,
  RawHead,
  RawRequest,
} from './host-protocol.ts';
import type { Answer } from './reply.ts';
import type { StreamOptions, Streams } from './stream/open-streams.ts';

/**
 * Serves functions with the HTTP request as the host sends it.
 *
 * `@azure/functions` creates a fetch `Request` and `Response` for every invocation, with streams
 * and three more copies of the body: most of a webhook's cost (`npm run bench`). The worker asks a
 * programming model for arguments and responses, and a library may set its own. This one handles
 * the given functions and passes all others to the library's model. Where the worker lacks this
 * interface, the functions' ordinary handlers are called.
 *
 * With `app.setup({ enableHttpStream: true })` the library has a server to which the host forwards HTTP
 * requests. `streaming` then takes that server's place ({@link openStreams}).
 * @see https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/types-core/index.d.ts
 */
export function serveRaw(
  handlers: ReadonlyMap<string, RawHandler>,
  core: WorkerCore | undefined = loadCore(),
  { answerHead = () => undefined, streaming }: RawOptions = {},
): void {
  const library = core?.getProgrammingModel?.();
  if (!core || !library) return;
  let streams: Streams | undefined;
  core.setProgrammingModel({
    name: library.name,
    version: library.version,
    async getCapabilities(defaults) {
      const capabilities = (await library.getCapabilities?.(defaults)) ?? defaults;
      if (!streaming || !('HttpUri' in capabilities)) return capabilities;
      // Loaded where it is needed: most apps do without, and their cold start too.
      const { openStreams } = await import('./stream/open-streams.ts');
      streams = await openStreams(String(capabilities.HttpUri), streaming);
      return { ...capabilities, HttpUri: streams.url };
    },
    getInvocationModel(context) {
      const ofLibrary = () => library.getInvocationModel(context);
      const streamed = streams?.toModel(context, ofLibrary);
      if (streamed) return streamed;
      const handler = handlers.get(context.metadata.name ?? '');
      return handler ? toModel(context, handler) : ofLibrary();
    },
    answerHead(name, http) {
      const answer = answerHead(name, toHead(http));
      return answer && toHttp(answer);
    },
  });
}

export interface RawOptions {
  /** Answers a request before its body is read. */
  readonly answerHead?: (functionName: string, head: RawHead) => Answer | undefined;
  /** Undefined: where streaming is on, the library serves everything. */
  readonly streaming?: StreamOptions;
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
