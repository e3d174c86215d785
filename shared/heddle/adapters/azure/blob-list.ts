import type { BlobItem, BlobServiceClient } from '@azure/storage-blob';
import { TerminalError } from '../../errors/errors.ts';
import { toProbeError } from '../../errors/probe-error.ts';
import { createNeed } from '../../errors/required-connection.ts';
import type { Connection } from '../../ports/connection.ts';
import type { BlobPage, ListedBlob, Probes } from '../../ports/probes.ts';
import { openBlobService } from './blob-store.ts';

/**
 * The largest page the service returns:
 * https://learn.microsoft.com/rest/api/storageservices/list-blobs
 */
const PAGE_SIZE = 5000;

/** 3 to 63 lower-case letters, digits and single dashes, or a container of the service itself. */
const CONTAINER_NAME = /^(?:(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*|\$(?:web|root|logs))$/;

const need = createNeed('probe_not_configured');
const SERVICE = {
  name: 'blob storage',
  setting: 'AzureWebJobsStorage',
  endpoint: 'AzureWebJobsStorage__blobServiceUri',
};

/** Loads and connects nothing before the first listing. */
export function createBlobProbe(connection: Connection | undefined): Pick<Probes, 'listBlobs'> {
  const list = connection && new BlobList(connection);
  return {
    async *listBlobs(container, options) {
      yield* need(list, SERVICE).list(container, options);
    },
  };
}

/** Lists any container of one storage account. */
export class BlobList {
  readonly #connection: Connection;
  #client: Promise<BlobServiceClient> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async *list(
    container: string,
    { prefix, signal: abortSignal }: Parameters<Probes['listBlobs']>[1],
  ): AsyncIterable<BlobPage> {
    if (!CONTAINER_NAME.test(container)) throw toWrongName(container);
    this.#client ??= openBlobService(this.#connection);
    const client = (await this.#client).getContainerClient(container);
    const containerUrl = toUnsigned(client.url);
    try {
      const blobs = client.listBlobsFlat({ prefix, abortSignal });
      for await (const { segment } of blobs.byPage({ maxPageSize: PAGE_SIZE })) {
        yield { containerUrl, blobs: segment.blobItems.map(toListed) };
      }
    } catch (cause) {
      throw toProbeError({
        target: `the blob container ${container}`,
        cause,
        onForbidden:
          "give the app's identity the role Storage Blob Data Reader (or Owner) on the account, and check the setting AzureWebJobsStorage, or AzureWebJobsStorage__blobServiceUri",
        onMissing: `create the container (az storage container create --name ${container}), or correct the name`,
      });
    }
  }
}

function toListed({ name, properties }: BlobItem): ListedBlob {
  const { etag, contentLength = 0, lastModified } = properties;
  return { name, etag, size: contentLength, modifiedAt: lastModified.toISOString() };
}

/**
 * Removes the query: a connection string may hold a signature, which the library appends to each
 * URL.
 */
function toUnsigned(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function toWrongName(container: string): TerminalError {
  const name = JSON.stringify(container.slice(0, 100));
  return new TerminalError(
    'probe_refused',
    `expected the name of a blob container (3 to 63 lower-case letters, digits and single dashes), received ${name}: correct it`,
  );
}
