import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PartFault } from '../../errors/part-fault.ts';
import type { TryLog } from './try-log.ts';

/**
 * Where a host that runs in this process publishes the reason, a text, when it refuses a request
 * that the app never sees: for example because too many bodies are in memory.
 */
export const HOST_REFUSALS = 'functions-host.request.refused';

/** Counts what the host refuses as refused deliveries. @returns a function that ends this */
export function watchHostRefusals(deliveries: TryLog): () => void {
  const note = (reason: unknown) => deliveries.failed(new PartFault(String(reason)));
  subscribe(HOST_REFUSALS, note);
  return () => void unsubscribe(HOST_REFUSALS, note);
}
