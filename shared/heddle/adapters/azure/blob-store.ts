import { buffer } from 'node:stream/consumers';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { ConfigError } from '../../errors/errors.ts';
import type { Connection } from '../../ports/connection.ts';
import { toBlobError, toBlobFault } from './blob-store-error.ts';
import { createCredential } from './credential.ts';

/** Shorter than the library's (4 tries, up to 2 minutes apart): a message's lock lasts one minute. */
const RETRIES = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1000, tryTimeoutInMs: 8000 };

/** Bytes under names. A name is given once: whoever puts it again puts the same bytes. */
export class BlobStore {
  readonly #connection: Connection;
  #client: Promise<BlobServiceClient> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws {RetryableError} `blob_unavailable` */
  async put(container: string, name: string, bytes: Buffer): Promise<void> {
    const client = await this.#container(container);
    const upload = () => client.getBlockBlobClient(name).upload(bytes, bytes.length);
    try {
      await upload().catch((error) => this.#createContainer(client, error).then(upload));
    } catch (error) {
      throw toBlobError(error, container);
    }
  }

  /**
   * @returns undefined when there is no such blob
   * @throws {RetryableError} `blob_unavailable`
   */
  async get(container: string, name: string): Promise<Buffer | undefined> {
    const client = await this.#container(container);
    try {
      const { readableStreamBody } = await client.getBlobClient(name).download();
      if (readableStreamBody === undefined) return undefined;
      return await buffer(readableStreamBody);
    } catch (error) {
      if (toBlobFault(error).status === 404) return undefined;
      throw toBlobError(error, container);
    }
  }

  /** What is not there is deleted. @throws {RetryableError} `blob_unavailable` */
  async delete(container: string, name: string): Promise<void> {
    const client = await this.#container(container);
    try {
      await client.getBlobClient(name).deleteIfExists();
    } catch (error) {
      throw toBlobError(error, container);
    }
  }

  /** In Azure the containers are deployed, and the identity may not be allowed to make one. */
  async #createContainer(client: ContainerClient, error: unknown): Promise<void> {
    const isMissing = toBlobFault(error).code === 'ContainerNotFound';
    if (!isMissing || this.#connection.kind !== 'string') throw error;
    await client.createIfNotExists();
  }

  async #container(name: string): Promise<ContainerClient> {
    this.#client ??= openBlobService(this.#connection);
    return (await this.#client).getContainerClient(name);
  }
}

/** Loads the library. @throws {ConfigError} when the connection is none */
export async function openBlobService(connection: Connection): Promise<BlobServiceClient> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const options = { retryOptions: RETRIES };
  try {
    if (connection.kind === 'string') {
      return BlobServiceClient.fromConnectionString(connection.value, options);
    }
    const credential = createCredential(connection.clientId);
    return new BlobServiceClient(connection.endpoint, credential, options);
  } catch (cause) {
    throw new ConfigError(
      'Blob storage',
      [
        'AzureWebJobsStorage: expected a connection string (DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…), or AzureWebJobsStorage__blobServiceUri: expected a URL; what is set is neither',
      ],
      { cause },
    );
  }
}
