import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { BindingData } from '../worker/binding-data.ts';
import type { TypedData } from '../worker/core-types.ts';
import { toDotNetDateTime } from '../worker/dot-net-time.ts';
import { toText } from './message-body.ts';
import type { ServiceBusBinding } from './service-bus-binding.ts';

/** The parts of a message that are read here, small enough for a test to write down. */
export type MessageFacts = Partial<
  Omit<ServiceBusReceivedMessage, 'sequenceNumber' | '_rawAmqpMessage'>
> & { sequenceNumber?: { toString(): string } };

type Facts = Record<string, unknown>;

/** https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#message-metadata */
export function toTriggerMetadata(
  messages: readonly MessageFacts[],
  { isBatch, dataType }: Pick<ServiceBusBinding, 'isBatch' | 'dataType'>,
): Record<string, TypedData> {
  const metadata = new BindingData();
  const all = messages.map(toFacts);
  const [first] = messages;
  if (isBatch) addArrays(metadata, all);
  else for (const [name, value] of Object.entries(all[0] ?? {})) metadata.set(name, value);
  if (!isBatch && first && dataType !== 'binary')
    metadata.addFieldsOf(toText({ body: first.body }));
  return metadata.toTriggerMetadata();
}

/** Each property of a batch is a list with one item per message, null where a message lacks it. */
function addArrays(metadata: BindingData, all: Facts[]): void {
  for (const name of Object.keys(all[0] ?? {})) {
    metadata.set(
      `${name}Array`,
      all.map((facts) => facts[name] ?? null),
    );
  }
}

function toFacts(message: MessageFacts): Facts {
  const { deliveryCount, sequenceNumber } = message;
  return {
    // The SDK counts earlier deliveries only; the real host includes this one.
    DeliveryCount: deliveryCount === undefined ? undefined : deliveryCount + 1,
    DeadLetterSource: message.deadLetterSource,
    LockToken: message.lockToken,
    ExpiresAtUtc: message.expiresAtUtc && toDotNetDateTime(message.expiresAtUtc),
    EnqueuedTimeUtc: message.enqueuedTimeUtc && toDotNetDateTime(message.enqueuedTimeUtc),
    MessageId: message.messageId,
    ContentType: message.contentType,
    ReplyTo: message.replyTo,
    // A 64-bit number on the real host too, where JSON.parse rounds values above 2^53.
    SequenceNumber: sequenceNumber === undefined ? undefined : Number(sequenceNumber.toString()),
    To: message.to,
    Subject: message.subject,
    CorrelationId: message.correlationId,
    ApplicationProperties: toProperties(message.applicationProperties),
    SessionId: message.sessionId,
  };
}

/** On a dead-letter queue the properties hold DeadLetterReason and DeadLetterErrorDescription. */
function toProperties(properties: MessageFacts['applicationProperties']): Facts {
  return Object.fromEntries(
    Object.entries(properties ?? {}).map(([name, value]) => [name, toJsonValue(value)]),
  );
}

function toJsonValue(value: unknown): unknown {
  if (value instanceof Date) return `${toDotNetDateTime(value)}Z`;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  return value;
}
