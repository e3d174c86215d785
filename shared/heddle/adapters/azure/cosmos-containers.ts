import type { Container, CosmosClient, CosmosClientOptions, PluginConfig } from '@azure/cosmos';
import { ConfigError } from '../../errors/errors.ts';
import type { Connection } from '../../ports/connection.ts';
import { CLIENT_OPTIONS, callCosmos, fillEmptyAnswer } from './cosmos-call.ts';
import { toCosmosFault, toStoreError } from './cosmos-error.ts';
import { type CosmosLayout, toContainerRequest } from './cosmos-layout.ts';
import { createCredential } from './credential.ts';

export interface CosmosContainersOptions {
  readonly connection: Connection;
  readonly database: string;
}

/**
 * The containers of a database. They are created when the connection is a string, as for an
 * emulator.
 */
export class CosmosContainers {
  readonly #connection: Connection;
  readonly #database: string;
  readonly #open = new Map<string, Promise<Container>>();
  #client: Promise<CosmosClient> | undefined;

  constructor({ connection, database }: CosmosContainersOptions) {
    this.#connection = connection;
    this.#database = database;
  }

  /** @throws {RetryableError} `store_unavailable` */
  async open(layout: CosmosLayout): Promise<Container> {
    let opening = this.#open.get(layout.name);
    if (opening === undefined) {
      opening = this.#openContainer(layout);
      this.#open.set(layout.name, opening);
      opening.catch(() => this.forget(layout));
    }
    return opening;
  }

  /**
   * Makes the next caller open the container again, since a restarted emulator has no containers.
   */
  forget({ name }: CosmosLayout): void {
    this.#open.delete(name);
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    client?.dispose();
  }

  async #openContainer(layout: CosmosLayout): Promise<Container> {
    this.#client ??= createClient(this.#connection);
    const database = (await this.#client).database(this.#database);
    if (this.#connection.kind === 'string') await this.#create(await this.#client, layout);
    return database.container(layout.name);
  }

  async #create(client: CosmosClient, layout: CosmosLayout): Promise<void> {
    const id = this.#database;
    const database = client.database(id);
    try {
      await unlessThere(() => client.databases.createIfNotExists({ id }));
      await unlessThere(() => database.containers.createIfNotExists(toContainerRequest(layout)));
    } catch (error) {
      throw toStoreError(error, layout.name);
    }
  }
}

/** Accepts a conflict: another process may create it between the library's read and its create. */
async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await callCosmos(create);
  } catch (error) {
    if (toCosmosFault(error).code !== 409) throw error;
  }
}

async function createClient(connection: Connection): Promise<CosmosClient> {
  const { CosmosClient } = await import('@azure/cosmos');
  const plugins: PluginConfig[] = [{ on: 'request', plugin: fillEmptyAnswer }];
  // The library exports the types of plugins but omits them from those of its options.
  const options: CosmosClientOptions = { ...CLIENT_OPTIONS, ...{ plugins } };
  try {
    return new CosmosClient(
      connection.kind === 'string'
        ? { ...options, connectionString: connection.value }
        : {
            ...options,
            endpoint: connection.endpoint,
            aadCredentials: createCredential(connection.clientId),
          },
    );
  } catch (cause) {
    throw new ConfigError(
      'Cosmos',
      [
        'Cosmos: expected a connection string (AccountEndpoint=…;AccountKey=…;), or Cosmos__accountEndpoint: expected a URL; what is set is neither',
      ],
      { cause },
    );
  }
}
