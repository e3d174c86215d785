import { randomUUID } from 'node:crypto';
import type { AppRegistry } from './app-registry.ts';
import type { CoreLog } from './core-api.ts';
import type {
  CoreInvocationContext,
  FunctionCallback,
  FunctionMetadata,
  HttpData,
  InvocationModel,
  InvocationRequest,
  InvocationResponse,
  LogCategory,
  LogLevel,
  TraceContext,
  TypedData,
} from './core-types.ts';
import { PostInvocationContext, PreInvocationContext, runHooks } from './hook-contexts.ts';
import type { HostedFunction } from './hosted-function.ts';
import { toTraceContext } from './trace-context.ts';

export interface InvocationOptions {
  trace?: TraceContext;
  invocationId?: string;
  triggerMetadata?: Record<string, TypedData>;
}

/**
 * Runs functions in the order of Microsoft's worker:
 * https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/src/eventHandlers/InvocationHandler.ts
 */
export class Invoker {
  readonly #registry: AppRegistry;
  readonly #log: CoreLog;

  constructor(registry: AppRegistry, log: CoreLog) {
    this.#registry = registry;
    this.#log = log;
  }

  /** Never rejects: a failure is logged and resolves to undefined. */
  async invoke(
    fn: HostedFunction,
    data: TypedData,
    options: InvocationOptions = {},
  ): Promise<InvocationResponse | undefined> {
    const core = new CoreInvocation(fn, data, options, this.#log);
    fn.running++;
    try {
      return await this.#run(fn, core);
    } catch (error) {
      this.#log('error', 'system', describeFailure(fn.name, core.invocationId, error));
      return undefined;
    } finally {
      fn.running--;
    }
  }

  /** The app's answer to a request whose body has not been read, if it has one. */
  answerHead(fn: HostedFunction, http: HttpData): HttpData | undefined {
    try {
      return this.#registry.programmingModel?.answerHead?.(fn.name, http);
    } catch (error) {
      this.#log('error', 'system', `The head of a request to ${fn.name} failed: ${error}`);
      return undefined;
    }
  }

  async #run(fn: HostedFunction, core: CoreInvocation): Promise<InvocationResponse> {
    const programmingModel = this.#registry.programmingModel;
    if (!programmingModel) throw new Error('The app has set no programming model.');
    const model = await programmingModel.getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    core.invocationContext = context;
    const { preInvocation, postInvocation } = this.#registry.hooks;
    if (preInvocation.length + postInvocation.length > 0) {
      return this.#runWithHooks(model, core, { context, inputs, callback: fn.callback });
    }
    core.state = 'invocation';
    try {
      const result = await model.invokeFunction(context, inputs, fn.callback);
      core.state = undefined;
      return await model.getResponse(context, result);
    } finally {
      core.state = undefined;
    }
  }

  async #runWithHooks(
    model: InvocationModel,
    core: CoreInvocation,
    invocation: { context: unknown; inputs: unknown[]; callback: FunctionCallback },
  ): Promise<InvocationResponse> {
    const { context } = invocation;
    const hookData = {};
    const pre = new PreInvocationContext(this.#registry, hookData, invocation);
    await core.during('preInvocationHooks', () =>
      runHooks(this.#registry.hooks.preInvocation, pre),
    );
    const { inputs } = pre;
    const post = new PostInvocationContext(this.#registry, hookData, { context, inputs });
    try {
      post.result = await core.during('invocation', () =>
        model.invokeFunction(context, inputs, pre.functionCallback),
      );
    } catch (error) {
      post.error = error;
    }
    await core.during('postInvocationHooks', () =>
      runHooks(this.#registry.hooks.postInvocation, post),
    );
    if (post.error !== null && post.error !== undefined) throw post.error;
    return model.getResponse(context, post.result);
  }
}

class CoreInvocation implements CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state: CoreInvocationContext['state'];
  invocationContext: unknown;
  readonly #log: CoreLog;

  constructor(fn: HostedFunction, data: TypedData, options: InvocationOptions, log: CoreLog) {
    this.invocationId = options.invocationId ?? randomUUID();
    this.metadata = fn.metadata;
    this.#log = log;
    this.request = {
      invocationId: this.invocationId,
      functionId: fn.name,
      inputData: [{ name: fn.triggerName, data }],
      triggerMetadata: options.triggerMetadata ?? {},
      traceContext: options.trace ?? toTraceContext(),
      retryContext: null,
    };
  }

  log(level: LogLevel, category: LogCategory, message: string): void {
    this.#log(level, category, message, this.invocationContext);
  }

  async during<T>(state: CoreInvocationContext['state'], run: () => Promise<T>): Promise<T> {
    this.state = state;
    try {
      return await run();
    } finally {
      this.state = undefined;
    }
  }
}

function describeFailure(name: string, id: string, error: unknown): string {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Executed 'Functions.${name}' (Failed, Id=${id})\n${detail}`;
}
