import { HeddleError, RetryableError, TerminalError } from '../../errors/errors.ts';

/**
 * Returns the library's error code, where there is one. After several attempts the library throws
 * an AggregateError of them all; the last one is the current state.
 */
export function toServiceBusCode(error: unknown): string | undefined {
  const last = toLastAttempt(error);
  return last instanceof Error && 'code' in last && typeof last.code === 'string'
    ? last.code
    : undefined;
}

function toLastAttempt(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0
    ? toLastAttempt(error.errors.at(-1))
    : error;
}

const SETTINGS = 'the setting ServiceBus, or ServiceBus__fullyQualifiedNamespace with its identity';

/** The next step for the operator of the app, by error code. */
const STEPS: Readonly<Record<string, string>> = {
  UnauthorizedAccess: `give the app's identity the roles Azure Service Bus Data Sender and Data Receiver on the namespace, or the connection string's key the claims Send and Listen, and check ${SETTINGS}`,
  MessagingEntityNotFound: 'create it, or correct the name',
  MessagingEntityDisabled: 'enable it',
  QuotaExceeded: 'it is full: find out why its messages are not taken out',
};

/** Seconds to wait, by error code: the service asks to wait but seldom says how long. */
const WAITS: Readonly<Record<string, number>> = { ServiceBusy: 10, QuotaExceeded: 30 };

export interface ServiceBusFailure {
  /** The queue or topic. */
  readonly entity: string;
  readonly cause: unknown;
}

/** Converts an error of Heddle's own queues. Only an oversized message is final. */
export function toQueueError({ entity, cause }: ServiceBusFailure): HeddleError {
  if (cause instanceof HeddleError) return cause;
  const code = toServiceBusCode(cause);
  const message = toMessage(entity, cause);
  if (code === 'MessageSizeExceeded') {
    return new TerminalError('message_too_large', message, { cause });
  }
  return new RetryableError('queue_unavailable', message, { cause, ...toWait(code) });
}

/** Explains an error of any queue or topic: the failure, the operator's next step and the wait. */
export function explainServiceBusError({ entity, cause }: ServiceBusFailure) {
  const code = toServiceBusCode(cause);
  return { code, message: toMessage(entity, cause), wait: toWait(code) };
}

function toMessage(entity: string, cause: unknown): string {
  const last = toLastAttempt(cause);
  const found = last instanceof Error ? last.message : String(last);
  const step = STEPS[toServiceBusCode(cause) ?? ''] ?? `check the namespace and ${SETTINGS}`;
  return `the Service Bus entity ${entity} did not do as asked (${found}): ${step}`;
}

function toWait(code: string | undefined): { retryAfter?: number } {
  const retryAfter = WAITS[code ?? ''];
  return retryAfter === undefined ? {} : { retryAfter };
}
