import type { AppRegistry } from './app-registry.ts';
import type {
  FunctionCallback,
  HookCallback,
  HookData,
  LogCategory,
  LogLevel,
} from './core-types.ts';

// Properties that a hook may not replace are getters: assigning to one throws a TypeError.
class HookContext {
  readonly #registry: AppRegistry;
  readonly #hookData: HookData;

  constructor(registry: AppRegistry, hookData: HookData) {
    this.#registry = registry;
    this.#hookData = hookData;
  }

  get hookData(): HookData {
    return this.#hookData;
  }

  get appHookData(): HookData {
    return this.#registry.appHookData;
  }
}

class InvocationHookContext extends HookContext {
  readonly #invocationContext: unknown;
  inputs: unknown[];

  constructor(registry: AppRegistry, hookData: HookData, invocation: Invocation) {
    super(registry, hookData);
    this.#invocationContext = invocation.context;
    this.inputs = invocation.inputs;
  }

  get invocationContext(): unknown {
    return this.#invocationContext;
  }
}

interface Invocation {
  context: unknown;
  inputs: unknown[];
}

export class PreInvocationContext extends InvocationHookContext {
  functionCallback: FunctionCallback;

  constructor(
    registry: AppRegistry,
    hookData: HookData,
    invocation: Invocation & { callback: FunctionCallback },
  ) {
    super(registry, hookData, invocation);
    this.functionCallback = invocation.callback;
  }
}

export class PostInvocationContext extends InvocationHookContext {
  result: unknown = null;
  error: unknown = null;
}

export function createAppStartContext(registry: AppRegistry, functionAppDirectory: string): object {
  return Object.assign(new HookContext(registry, registry.appOnlyHookData), {
    functionAppDirectory,
  });
}

export function createAppTerminateContext(registry: AppRegistry): object {
  return new HookContext(registry, registry.appOnlyHookData);
}

interface LogLine {
  level: LogLevel;
  category: LogCategory;
  message: string;
  invocationContext: unknown;
}

export function createLogContext(registry: AppRegistry, line: LogLine): LogLine {
  return Object.assign(new HookContext(registry, {}), line);
}

export async function runHooks(callbacks: HookCallback[], context: object): Promise<void> {
  for (const callback of callbacks) await callback(context);
}
