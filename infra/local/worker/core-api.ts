import Module from 'node:module';
import type { Logger } from '../logger.ts';
import type { AppRegistry } from './app-registry.ts';
import type { LogCategory, LogLevel, ProgrammingModel } from './core-types.ts';
import { Disposable } from './disposable.ts';
import { createLogContext } from './hook-contexts.ts';

/** The releases whose published sources this host follows. */
export const hostVersion = '4.1037.0';
const workerVersion = '3.10.0';

export type CoreLog = (
  level: LogLevel,
  category: LogCategory,
  message: string,
  invocationContext?: unknown,
) => void;

/** Log hooks see every line, but may change or drop only the user's lines, as in the worker. */
export function createCoreLog(registry: AppRegistry, logger: Logger): CoreLog {
  return (level, category, message, invocationContext) => {
    if (registry.hooks.log.length === 0) {
      logger.write(level, message);
      return;
    }
    const context = createLogContext(registry, { level, category, message, invocationContext });
    try {
      for (const callback of registry.hooks.log) callback(context);
    } catch {
      // A hook must not be able to silence the host.
    }
    if (category === 'user') logger.write(context.level, context.message);
    else logger.write(level, message);
  };
}

function createCoreApi(registry: AppRegistry, log: CoreLog) {
  return {
    version: workerVersion,
    hostVersion,
    registerHook: registry.addHook.bind(registry),
    registerFunction: registry.register.bind(registry),
    getProgrammingModel: () => registry.programmingModel,
    setProgrammingModel: (model: ProgrammingModel) => {
      registry.programmingModel = model;
    },
    log,
    Disposable,
  };
}

/**
 * Serves `@azure/functions-core` to every `require`, as the worker does. `@azure/functions` is
 * CommonJS and requires it lazily, so this works for ES module entry files too.
 * https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/src/setupCoreModule.ts
 */
export function serveCoreApi(registry: AppRegistry, log: CoreLog): void {
  const coreApi = createCoreApi(registry, log);
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply: (target, thisArg, args) =>
      args[0] === '@azure/functions-core' ? coreApi : Reflect.apply(target, thisArg, args),
  });
}
