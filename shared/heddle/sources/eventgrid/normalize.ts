import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { toEventId } from '../../domain/names.ts';
import { read, readText, toFields } from '../read.ts';
import type { SourceEvent } from '../source.ts';
import type { Delivered } from './schemas.ts';

const BLOB_SUBJECT = /^\/blobServices\/[^/]+\/containers\/([^/]+)(?:\/blobs\/(.+))?$/s;

export function toEvent(event: Delivered): SourceEvent {
  const { id, type, topic, subject, time } = event;
  return {
    id: toEventId(id) ?? id,
    type,
    data: toData(event),
    fields: toFields({ topic, ...(isOfBlob(type) ? normalizeBlob(event) : {}) }),
    ...(subject && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {}),
    ...(time === undefined ? {} : { time }),
  };
}

/** Azure Storage: `Microsoft.Storage.BlobCreated`, `…BlobDeleted`, `…DirectoryCreated`. */
function isOfBlob(type: string): boolean {
  return type.startsWith('Microsoft.Storage.');
}

/**
 * Fields as triggers name them. The first `/blobs/` ends the container's name; a blob's name may
 * contain another.
 * @see https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage
 */
function normalizeBlob({ subject = '', data }: Delivered): JsonObject {
  const [, container, blob] = BLOB_SUBJECT.exec(subject) ?? [];
  return toFields({
    container,
    blob,
    url: readText(data, 'url'),
    size: read(data, 'contentLength'),
    content_type: readText(data, 'contentType'),
    e_tag: readText(data, 'eTag'),
    api: readText(data, 'api'),
    sequencer: readText(data, 'sequencer'),
  });
}

function toData({ data, base64 }: Delivered): JsonObject {
  if (base64 !== undefined) return { base64 };
  if (data === undefined) return {};
  if (isJsonObject(data)) return data;
  return typeof data === 'string' ? { text: data } : { value: data };
}
