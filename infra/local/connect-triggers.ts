import { createRoute, type HttpRoute } from './http/router.ts';
import { createServiceBusListener } from './service-bus/service-bus-trigger.ts';
import { createStorageQueueListener } from './storage-queue/storage-queue-trigger.ts';
import { createTimerListener } from './timer/timer-trigger.ts';
import type { ListenerFactory, ListenerServices, TriggerListener } from './trigger-listener.ts';
import {
  type FunctionIndex,
  findForeignBinding,
  type HostedFunction,
} from './worker/hosted-function.ts';

/**
 * Listeners by trigger type; a new type is added here, with a file of its own. One HTTP front
 * serves all HTTP functions.
 */
const listenerFactories = new Map<string, ListenerFactory>([
  ['timertrigger', createTimerListener],
  ['servicebustrigger', createServiceBusListener],
  ['queuetrigger', createStorageQueueListener],
]);

export interface Connections {
  functions: HostedFunction[];
  routes: HttpRoute[];
  listeners: Map<string, TriggerListener>;
  /** Functions that do not run here, with the reason. */
  skipped: string[];
}

/** Connects each function to its trigger; a fault in one leaves the others running. */
export function connectTriggers(
  index: FunctionIndex,
  routePrefix: string,
  services: ListenerServices,
): Connections {
  const connections: Connections = { functions: [], routes: [], listeners: new Map(), skipped: [] };
  for (const [name, fault] of index.errors) connections.skipped.push(toFault(name, fault));
  for (const fn of index.functions) {
    try {
      const skipReason = connect(fn, connections, { routePrefix, services });
      if (skipReason) connections.skipped.push(`${fn.name}: ${skipReason}`);
      else connections.functions.push(fn);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      connections.skipped.push(toFault(fn.name, reason));
    }
  }
  return connections;
}

function toFault(name: string, reason: string): string {
  return `The '${name}' function is in error: ${reason}`;
}

function connect(
  fn: HostedFunction,
  connections: Connections,
  { routePrefix, services }: { routePrefix: string; services: ListenerServices },
): string | undefined {
  const foreign = findForeignBinding(fn);
  if (foreign) return `${foreign} is not supported by the local host`;
  if (fn.triggerType === 'httptrigger') {
    connections.routes.push(createRoute(fn, routePrefix, connections.routes));
    return undefined;
  }
  const createListener = listenerFactories.get(fn.triggerType);
  if (!createListener) return `${fn.trigger.type} is not supported by the local host`;
  connections.listeners.set(fn.name, createListener(fn, services));
  return undefined;
}
