import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { TypedData } from '../worker/core-types.ts';
import type { ServiceBusBinding } from './service-bus-binding.ts';

/** The part of a message that is read here, small enough for a test to write down. */
export type MessageWithBody = Pick<ServiceBusReceivedMessage, 'body'>;

/** https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/servicebus/Microsoft.Azure.WebJobs.Extensions.ServiceBus/src/Triggers/MessageToStringConverter.cs */
export function toText({ body }: MessageWithBody): string {
  if (Buffer.isBuffer(body)) return body.toString();
  if (typeof body === 'string') return body;
  throw new Error(
    `A message with an AMQP body of type ${Array.isArray(body) ? 'sequence' : typeof body} cannot be bound: send bytes or text.`,
  );
}

export function toInput(
  messages: readonly MessageWithBody[],
  { isBatch, dataType }: Pick<ServiceBusBinding, 'isBatch' | 'dataType'>,
): TypedData {
  const [first] = messages;
  if (!isBatch && first) {
    return dataType === 'binary' ? { bytes: toBytes(first) } : { string: toText(first) };
  }
  if (dataType === 'binary') return { collectionBytes: { bytes: messages.map(toBytes) } };
  if (dataType === 'string') return { collectionString: { string: messages.map(toText) } };
  return { json: `[${messages.map(toJsonText).join(',')}]` };
}

function toBytes(message: MessageWithBody): Buffer {
  return Buffer.isBuffer(message.body) ? message.body : Buffer.from(toText(message));
}

/**
 * Without a dataType the real host parses the bodies of a batch as objects, and fails where it
 * cannot.
 */
function toJsonText(message: MessageWithBody): string {
  const text = toText(message);
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    throw new Error(
      'A batch needs messages that are JSON: set dataType to "string" or "binary" for others.',
      { cause },
    );
  }
}
