import { CliError } from '../cli-error.ts';
import { type SampleOptions, type SampleRequest, toSampleTools } from './sample-request.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/example';
const BLOB = 'https://example.blob.core.windows.net/inbox/reports/2026-11.csv';

interface Example {
  readonly topic: string;
  readonly subject: string;
  readonly data: object;
}

const inStorage = (data: object): Example => ({
  topic: `${GROUP}/providers/Microsoft.Storage/storageAccounts/example`,
  subject: '/blobServices/default/containers/inbox/blobs/reports/2026-11.csv',
  data: {
    clientRequestId: '6d79dbfb-0e37-4fc4-981f-442c9ca65760',
    requestId: '831e1650-001e-001b-66ab-eeb76e000000',
    contentType: 'text/csv',
    blobType: 'BlockBlob',
    url: BLOB,
    sequencer: '00000000000004420000000000028963',
    ...data,
  },
});

const examples = new Map<string, Example>([
  [
    'Microsoft.Storage.BlobCreated',
    inStorage({ api: 'PutBlob', eTag: '"0x8D4BCC2E4835CD0"', contentLength: 524_288 }),
  ],
  ['Microsoft.Storage.BlobDeleted', inStorage({ api: 'DeleteBlob' })],
  [
    'Microsoft.Resources.ResourceWriteSuccess',
    {
      topic: GROUP,
      subject: `${GROUP}/providers/Microsoft.Web/sites/example`,
      data: { operationName: 'Microsoft.Web/sites/write', status: 'Succeeded' },
    },
  ],
]);

/**
 * Composes an event as Azure Event Grid documents it, in its own schema. The secret is in the
 * query, as the source expects by default.
 * @param type the full name: `Microsoft.Storage.BlobCreated`
 * @returns a function that creates the delivery under a fresh event id
 * @throws {CliError} when there is no such example
 */
export function createEventGridSample(
  type: string,
  readSetting: (name: string) => string,
  options?: SampleOptions,
): () => SampleRequest {
  const { now, createId, hasPayload, toPayload } = toSampleTools(options);
  const example = examples.get(type);
  if (!example && !hasPayload) {
    const known = [...examples.keys()].join(', ');
    throw new CliError(`Event Grid has no example of "${type}". Known types: ${known}`);
  }
  const code = encodeURIComponent(readSetting('EVENTGRID_WEBHOOK_SECRET'));
  return () => ({
    path: `webhooks/eventgrid?code=${code}`,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'aeg-event-type': 'Notification',
      'aeg-subscription-name': 'EXAMPLE',
      'aeg-delivery-count': '0',
    },
    body: JSON.stringify([
      toPayload(() => ({
        id: createId(),
        eventType: type,
        eventTime: new Date(now()).toISOString(),
        ...example,
        dataVersion: '',
        metadataVersion: '1',
      })),
    ]),
  });
}
