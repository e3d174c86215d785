import type { Invocation, InvocationModel, RawHandler, RawHead } from '../host-protocol.ts';
import type { Answer } from '../reply.ts';
import { BodyBudget } from './body-budget.ts';
import { AbortedError, type Exchange } from './exchange.ts';
import { passOn } from './pass-on.ts';
import { receiveBody } from './receive-body.ts';
import { sendAnswer } from './send-answer.ts';
import { toStreamHead } from './stream-head.ts';
import { StreamServer } from './stream-server.ts';

export interface StreamOptions {
  /** Functions that are served here; the library serves all others. */
  readonly handlers: ReadonlyMap<string, RawHandler>;
  /** Throws for a request that a function refuses by its head, the length of the body included. */
  readonly checkHead: (functionName: string, head: RawHead) => void;
  readonly toProblem: (error: unknown) => Answer;
  readonly maxBodyBytes?: number;
}

/** What serves HTTP functions where streaming is on. */
export interface Streams {
  /** Where the host forwards requests to. */
  readonly url: string;
  /** Undefined for a function that has no HTTP request: the library's model serves it as it is. */
  toModel(invocation: Invocation, library: Library): Promise<InvocationModel> | undefined;
}

/** The library's model of an invocation. */
type Library = () => InvocationModel | Promise<InvocationModel>;

/** A quarter of the smallest instance with room for several of the largest bodies. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;

/**
 * Takes the place of the library's server where streaming is on. Functions of ours get their request
 * with exact bytes, and limits hold while a body is read. Those of others get theirs from the library,
 * and an answer even where they throw: the library leaves such a request open for four minutes.
 * @param libraryUrl of the library's own server
 * @see https://github.com/Azure/azure-functions-nodejs-library/issues/324
 */
export async function openStreams(libraryUrl: string, options: StreamOptions): Promise<Streams> {
  const server = await StreamServer.open({ toProblem: options.toProblem });
  const budget = new BodyBudget(options.maxBodyBytes ?? MAX_BODY_BYTES);
  return {
    url: server.url,
    toModel(invocation, library) {
      const route = findRoute(invocation);
      if (route === undefined) return undefined;
      const handler = options.handlers.get(invocation.metadata.name ?? '');
      const own = { invocation, route, server, options };
      if (handler) return Promise.resolve(createOwnModel({ ...own, budget, handler }));
      return createLibraryModel({ ...own, library, libraryUrl });
    },
  };
}

/** The route of an HTTP function; empty where its name is the route. */
function findRoute({ metadata: { bindings = {} } }: Invocation): string | undefined {
  const all = Object.values(bindings);
  const trigger = all.find(({ type }) => type?.toLowerCase() === 'httptrigger');
  return trigger && String(trigger.route ?? '');
}

interface Streamed {
  readonly invocation: Invocation;
  readonly route: string;
  readonly server: StreamServer;
  readonly options: StreamOptions;
}

type Own = Streamed & { readonly budget: BodyBudget; readonly handler: RawHandler };

function createOwnModel(own: Own): InvocationModel {
  const { invocationId, metadata, request } = own.invocation;
  const { traceContext } = request;
  return {
    getArguments: async () => ({
      context: { invocationId, functionName: metadata.name, traceContext },
      inputs: [{}],
    }),
    async invokeFunction() {
      const exchange = await own.server.claim(invocationId);
      try {
        sendAnswer(exchange, await answerRequest(own, exchange));
      } catch (error) {
        if (!(error instanceof AbortedError)) sendAnswer(exchange, own.options.toProblem(error));
      }
    },
    // The host has the answer by HTTP.
    getResponse: async () => ({ invocationId, outputData: [] }),
  };
}

async function answerRequest(own: Own, exchange: Exchange): Promise<Answer> {
  const { invocation, route, options, budget, handler } = own;
  const { metadata, request } = invocation;
  const told = { metadata: request.triggerMetadata ?? {}, route };
  const head = toStreamHead(exchange.req, told);
  const check = (bytes: number) => {
    const headers = { ...head.headers, 'content-length': String(bytes) };
    options.checkHead(metadata.name ?? '', { ...head, headers });
  };
  // A body of GET is dropped, but may have named the headers.
  const received = await receiveBody(exchange, { budget, check });
  const proven = toStreamHead(exchange.req, { ...told, body: received });
  const body = isBodyless(head) ? NOTHING : received;
  return handler({ ...proven, body, traceparent: request.traceContext?.traceParent });
}

const NOTHING = Buffer.alloc(0);

function isBodyless({ method }: RawHead): boolean {
  return method === 'GET' || method === 'HEAD';
}

type OfLibrary = Streamed & {
  readonly library: Library;
  readonly libraryUrl: string;
};

async function createLibraryModel(given: OfLibrary): Promise<InvocationModel> {
  const { invocation, server, libraryUrl } = given;
  const model = await given.library();
  let exchange: Exchange | undefined;
  const orAnswer = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (exchange) sendAnswer(exchange, EMPTY);
      throw error;
    }
  };
  return {
    getArguments: () =>
      orAnswer(async () => {
        exchange = await server.claim(invocation.invocationId);
        passOn(exchange, libraryUrl);
        return model.getArguments();
      }),
    invokeFunction: (...called) => orAnswer(() => model.invokeFunction(...called)),
    getResponse: (context, result) =>
      orAnswer(async () => {
        const response = await model.getResponse(context, result);
        // The library answers nothing where a function returns nothing.
        const isSilent = result === undefined || result === null;
        if (isSilent && exchange) sendAnswer(exchange, { ...EMPTY, status: 204 });
        return response;
      }),
  };
}

/** As the host answers for a function that throws. */
const EMPTY: Answer = { status: 500, headers: {}, body: '' };
