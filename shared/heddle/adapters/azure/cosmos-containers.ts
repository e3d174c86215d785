import type { Container, CosmosClient } from '@azure/cosmos';
import type { CosmosAccount } from './cosmos-account.ts';
import { CLIENT_OPTIONS, callCosmos } from './cosmos-call.ts';
import { toCosmosFault, toStoreError } from './cosmos-error.ts';
import { type CosmosLayout, toContainerRequest } from './cosmos-layout.ts';

export interface CosmosContainersOptions {
  readonly account: CosmosAccount;
  readonly database: string;
  /** True makes what is missing, as for an emulator. */
  readonly isCreating: boolean;
}

/** The containers of a database, and the library, which is loaded where it is needed. */
export class CosmosContainers {
  readonly #options: CosmosContainersOptions;
  readonly #made = new Map<string, Promise<void>>();
  #client: Promise<CosmosClient> | undefined;

  constructor(options: CosmosContainersOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the container is there, where it is made here.
   * @throws {RetryableError} `store_unavailable`
   */
  async ensure(layout: CosmosLayout): Promise<void> {
    if (!this.#options.isCreating) return;
    let making = this.#made.get(layout.name);
    if (making === undefined) {
      making = this.#create(layout);
      this.#made.set(layout.name, making);
      making.catch(() => this.forget(layout));
    }
    return making;
  }

  /** Makes the next caller make it again, since a restarted emulator has no containers. */
  forget({ name }: CosmosLayout): void {
    this.#made.delete(name);
  }

  /** For lists. */
  async open({ name }: CosmosLayout): Promise<Container> {
    return (await this.#load()).database(this.#options.database).container(name);
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    client?.dispose();
  }

  #load(): Promise<CosmosClient> {
    this.#client ??= createClient(this.#options.account);
    return this.#client;
  }

  async #create(layout: CosmosLayout): Promise<void> {
    const id = this.#options.database;
    const client = await this.#load();
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

async function createClient({ endpoint, sdk }: CosmosAccount): Promise<CosmosClient> {
  const { CosmosClient } = await import('@azure/cosmos');
  return new CosmosClient({ ...CLIENT_OPTIONS, endpoint, ...sdk });
}
