import type { AmqpErrorFields } from './rhea.ts';

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-troubleshoot */
export const MAX_MESSAGE_BYTES = 256 * 1024;

export const MESSAGE_LOCK_LOST: AmqpErrorFields = {
  condition: 'com.microsoft:message-lock-lost',
  description:
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
};

export const SESSION_LOCK_LOST: AmqpErrorFields = {
  condition: 'com.microsoft:session-lock-lost',
  description: 'The session lock has expired. Accept the session again.',
};

export const SESSION_LOCKED: AmqpErrorFields = {
  condition: 'com.microsoft:session-cannot-be-locked',
  description: 'The requested session cannot be accepted. It is locked by another receiver.',
};

export const NO_SESSION: AmqpErrorFields = {
  condition: 'com.microsoft:timeout',
  description: 'No session with messages became free within the time allowed.',
};

export const SESSION_REQUIRED: AmqpErrorFields = {
  condition: 'amqp:not-allowed',
  description:
    'This queue requires sessions: give messages a session id, and receive from a session.',
};

export const SESSION_UNKNOWN_HERE: AmqpErrorFields = {
  condition: 'amqp:not-allowed',
  description: 'This queue has no sessions: receive from it without a session filter.',
};

export const TOO_LARGE: AmqpErrorFields = {
  condition: 'amqp:link:message-size-exceeded',
  description: `The message is larger than ${MAX_MESSAGE_BYTES} bytes.`,
};

export const MESSAGE_NOT_FOUND: AmqpErrorFields = {
  condition: 'com.microsoft:message-not-found',
  description: 'There is no scheduled message with that sequence number.',
};

export const NOT_IMPLEMENTED: AmqpErrorFields = {
  condition: 'amqp:not-implemented',
  description: 'This emulator has no such operation.',
};

export const SERVER_BUSY: AmqpErrorFields = {
  condition: 'com.microsoft:server-busy',
  description: 'The server was unable to process the request; please retry the operation.',
};

export function entityNotFound(address: string): AmqpErrorFields {
  return {
    condition: 'amqp:not-found',
    description: `The messaging entity '${address}' could not be found.`,
  };
}
