import { buffer } from 'node:stream/consumers';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { ConfigError } from '../../errors/errors.ts';
import { toStorageFault } from '../../errors/storage-fault.ts';
import type { Connection } from '../../ports/connection.ts';
import { toBlobError } from './blob-store-error.ts';
import { createCredential } from './credential.ts';

/**
 * Shorter than the library's default (4 tries, up to 2 minutes apart), as a message's lock lasts
 * one minute.
 */
const RETRIES = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1000, tryTimeoutInMs: 8000 };

/** Stores bytes by name. A name always stands for the same bytes, so that a put may be repeated. */
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
      if (toStorageFault(error).status === 404) return undefined;
      throw toBlobError(error, container);
    }
  }

  /** Succeeds too when there is no such blob. @throws {RetryableError} `blob_unavailable` */
  async delete(container: string, name: string): Promise<void> {
    const client = await this.#container(container);
    try {
      await client.getBlobClient(name).deleteIfExists();
    } catch (error) {
      throw toBlobError(error, container);
    }
  }

  /**
   * Creates the container on emulators only. In Azure it is deployed, and the identity may lack the
   * right.
   */
  async #createContainer(client: ContainerClient, error: unknown): Promise<void> {
    const isMissing = toStorageFault(error).code === 'ContainerNotFound';
    if (!isMissing || this.#connection.kind !== 'string') throw error;
    await client.createIfNotExists();
  }

  async #container(name: string): Promise<ContainerClient> {
    this.#client ??= openBlobService(this.#connection);
    return (await this.#client).getContainerClient(name);
  }
}

/** Loads the library. @throws {ConfigError} when the connection is not valid */
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
