import type { TokenCredential } from '@azure/identity';
import type { ServiceBusReceiver, ServiceBusSender } from '@azure/service-bus';

/** Clients of the app's own adapters, lent to connectors that need the same. */
export interface LentClients {
  /** @param clientId of a user-assigned identity; undefined: the account signed in here */
  createCredential(clientId: string | undefined): TokenCredential;
  /** Undefined where Service Bus is not configured. */
  readonly serviceBus: LentServiceBus | undefined;
}

/** The links of a connection to Service Bus, kept for their next use. */
interface Links {
  sender(entity: string): ServiceBusSender;
  receiver(entity: string): ServiceBusReceiver;
}

/** The one connection of the process, through which the event queue sends too. Its lender closes it. */
export interface LentServiceBus {
  /** Throws the library's own errors, and one of its own after a deadline. */
  call<T>(work: (links: Links, signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Counts active messages, locked ones included, by peeking. */
  countActive(receiver: ServiceBusReceiver, options: Counted): Promise<number>;
  /** Explains an error that `call` has thrown. */
  explain(failure: { readonly entity: string; readonly cause: unknown }): ServiceBusFault;
}

interface Counted {
  readonly max: number;
  readonly signal: AbortSignal;
}

export interface ServiceBusFault {
  /** The library's error code. */
  readonly code: string | undefined;
  /** The failure and the operator's next step. */
  readonly message: string;
  /** Seconds to wait, where that is known. */
  readonly wait: { readonly retryAfter?: number };
}
