import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookData,
  HookName,
  ProgrammingModel,
} from './core-types.ts';
import { Disposable } from './disposable.ts';

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
  entryPoint: string;
}

/** The registrations that the app made while it loaded. */
export class AppRegistry {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly hooks: Record<HookName, HookCallback[]> = {
    preInvocation: [],
    postInvocation: [],
    appStart: [],
    appTerminate: [],
    log: [],
  };
  readonly appHookData: HookData = {};
  readonly appOnlyHookData: HookData = {};
  programmingModel: ProgrammingModel | undefined;
  currentEntryPoint = 'unknown';
  #isLocked = false;

  /** Called once the app has started: later registrations throw, as in the worker. */
  lock(): void {
    this.#isLocked = true;
  }

  /** https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/src/coreApi/registerFunction.ts */
  register(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.#isLocked) {
      throw new Error('A function can only be registered during app startup.');
    }
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id)) {
      throw new Error(`A function with id "${id}" has already been registered.`);
    }
    this.functions.set(id, { metadata, callback, entryPoint: this.currentEntryPoint });
    return new Disposable(() => this.#unregister(id));
  }

  addHook(name: string, callback: HookCallback): Disposable {
    if (!Object.hasOwn(this.hooks, name)) throw new RangeError(`Unrecognized hook "${name}"`);
    const callbacks = this.hooks[name as HookName];
    callbacks.push(callback);
    return new Disposable(() => {
      const index = callbacks.indexOf(callback);
      if (index > -1) callbacks.splice(index, 1);
    });
  }

  #unregister(id: string): void {
    if (this.#isLocked) throw new Error('A function can only be disposed during app startup.');
    this.functions.delete(id);
  }
}
