import type { ReceivedMessageItem } from '@azure/storage-queue';
import { BindingData } from '../worker/binding-data.ts';
import type { TypedData } from '../worker/core-types.ts';
import { toDotNetDateTimeOffset } from '../worker/dot-net-time.ts';
import type { StorageQueueOptions } from './storage-queue-options.ts';

export interface QueueInput {
  data: TypedData;
  triggerMetadata: Record<string, TypedData>;
}

type MessageFacts = Partial<
  Pick<
    ReceivedMessageItem,
    'messageId' | 'popReceipt' | 'dequeueCount' | 'insertedOn' | 'expiresOn' | 'nextVisibleOn'
  >
>;

const never = new Date(Number.NaN);

/** Decodes the bytes that were sent; undefined when the text is not base64. */
export function decodeMessage(
  text: string,
  encoding: StorageQueueOptions['encoding'],
): Buffer | undefined {
  if (encoding === 'none') return Buffer.from(text);
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  return isBase64 ? Buffer.from(text, 'base64') : undefined;
}

/**
 * Binds a message:
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#message-metadata
 * A function called by hand gets a message that was in no queue, of which only the text is known.
 */
export function toQueueInput(
  body: Buffer,
  dataType: unknown,
  message: MessageFacts = { dequeueCount: 0 },
): QueueInput {
  const text = toText(body);
  const isBinary = String(dataType).toLowerCase() === 'binary';
  const metadata = new BindingData();
  metadata.set('QueueTrigger', text);
  metadata.set('DequeueCount', message.dequeueCount);
  metadata.set('ExpirationTime', toDotNetDateTimeOffset(message.expiresOn ?? never));
  metadata.set('Id', message.messageId);
  metadata.set('InsertionTime', toDotNetDateTimeOffset(message.insertedOn ?? new Date()));
  metadata.set('NextVisibleTime', toDotNetDateTimeOffset(message.nextVisibleOn ?? never));
  metadata.set('PopReceipt', message.popReceipt);
  if (!isBinary && text !== undefined) metadata.addFieldsOf(text);
  return {
    data: isBinary ? { bytes: body } : { string: text ?? body.toString() },
    triggerMetadata: metadata.toTriggerMetadata(),
  };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function toText(body: Buffer): string | undefined {
  try {
    return strictUtf8.decode(body);
  } catch {
    return undefined;
  }
}
