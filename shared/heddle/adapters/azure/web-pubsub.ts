import type {
  GenerateClientTokenOptions,
  JSONTypes,
  WebPubSubServiceClient,
} from '@azure/web-pubsub';
import { isExact } from '../../domain/exact-number.ts';
import type { Json } from '../../domain/json.ts';
import { createNeed } from '../../errors/required-connection.ts';
import { toHttpSinkError } from '../../errors/sink-error.ts';
import type { Connection } from '../../ports/connection.ts';
import type { ClientUrlOptions, LiveClients, LiveTarget } from '../../ports/live-clients.ts';
import { createCredential } from './credential.ts';

const TIMEOUT_MS = 10_000;
const PINGED = 'heddle-health';
/**
 * No retries by the library: the run retries, and the library would wait unseen for as long as a
 * Retry-After says.
 */
const OPTIONS = { retryOptions: { maxRetries: 0 } };

export interface HubConnection {
  readonly connection: Connection;
  readonly hub: string;
}

const need = createNeed('sink_not_configured');
const SERVICE = { name: 'Web PubSub', setting: 'WebPubSub', endpoint: 'WebPubSub__endpoint' };

/** Loads and connects nothing before the first call. */
export function createLiveClients(
  configured: HubConnection | undefined,
): LiveClients & Pick<WebPubSub, 'ping'> {
  const hub = configured && new WebPubSub(configured.connection, configured.hub);
  return {
    async ping(signal) {
      return need(hub, SERVICE).ping(signal);
    },
    async send(target, content) {
      return need(hub, SERVICE).send(target, content);
    },
    async createUrl(options) {
      return need(hub, SERVICE).createUrl(options);
    },
  };
}

/** Sends to the clients of one hub. */
export class WebPubSub implements LiveClients {
  readonly #connection: Connection;
  readonly #hub: string;
  #client: Promise<WebPubSubServiceClient> | undefined;

  constructor(connection: Connection, hub: string) {
    this.#connection = connection;
    this.#hub = hub;
  }

  send(target: LiveTarget, content: Json): Promise<void> {
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
    const message = toMessage(content);
    return this.#call(async (client) => {
      if (target.to === 'all') await client.sendToAll(message, { abortSignal });
      if (target.to === 'user') await client.sendToUser(target.user, message, { abortSignal });
      if (target.to === 'group') {
        await client.group(target.group).sendToAll(message, { abortSignal });
      }
    });
  }

  /** Asks for a group: an answer is one, that nobody is in it too. */
  ping(abortSignal: AbortSignal): Promise<void> {
    return this.#call(async (client) => {
      await client.groupExists(PINGED, { abortSignal });
    });
  }

  /** With a connection string the token is signed here; with an identity the service creates it. */
  createUrl({ user, groups, minutes }: ClientUrlOptions): Promise<string> {
    const options: GenerateClientTokenOptions = {
      abortSignal: AbortSignal.timeout(TIMEOUT_MS),
      ...(user !== undefined && { userId: user }),
      ...(groups !== undefined && { groups: [...groups] }),
      ...(minutes !== undefined && { expirationTimeInMinutes: minutes }),
    };
    return this.#call(async (client) => (await client.getClientAccessToken(options)).url);
  }

  async #call<T>(work: (client: WebPubSubServiceClient) => Promise<T>): Promise<T> {
    this.#client ??= createClient(this.#connection, this.#hub);
    const opening = this.#client;
    // A failed client is not kept, since an identity may be assigned later.
    opening.catch(() => {
      if (this.#client === opening) this.#client = undefined;
    });
    try {
      return await work(await opening);
    } catch (cause) {
      throw toSinkError(this.#hub, cause);
    }
  }
}

async function createClient(connection: Connection, hub: string): Promise<WebPubSubServiceClient> {
  const { WebPubSubServiceClient } = await import('@azure/web-pubsub');
  if (connection.kind === 'string') {
    // Plain HTTP only where the connection string says so, as that of an emulator does.
    const allowInsecureConnection = /(^|;)\s*endpoint=http:/i.test(connection.value);
    const options = { ...OPTIONS, allowInsecureConnection };
    return new WebPubSubServiceClient(connection.value, hub, options);
  }
  const credential = createCredential(connection.clientId);
  return new WebPubSubServiceClient(connection.endpoint, credential, hub, OPTIONS);
}

/**
 * Wraps the content. The library takes some objects for binary data by their constructor's name,
 * which JSON may have as a field; so it only sees our wrapper and converts that to JSON.
 */
function toMessage(content: Json): JSONTypes {
  return { toJSON: () => (isExact(content) ? content.toJSON() : content) };
}

function toSinkError(hub: string, cause: unknown): Error {
  return toHttpSinkError({
    target: `the Web PubSub hub ${hub}`,
    cause,
    onForbidden:
      "give the app's identity the role Web PubSub Service Owner, and check the setting WebPubSub, or WebPubSub__endpoint",
    onMissing: 'check the setting WebPubSub, or WebPubSub__endpoint, and HEDDLE_WEBPUBSUB_HUB',
  });
}
