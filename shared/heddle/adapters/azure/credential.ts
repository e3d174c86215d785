import type { TokenCredential } from '@azure/identity';

const credentials = new Map<string | undefined, TokenCredential>();

/**
 * Returns one credential per process and client id, since each keeps its own cache of tokens.
 *
 * @param clientId the id of a user-assigned identity; undefined: the account signed in on this
 *   machine
 */
export function createCredential(clientId: string | undefined): TokenCredential {
  const known = credentials.get(clientId);
  if (known) return known;
  const credential = new LazyCredential(clientId);
  credentials.set(clientId, credential);
  return credential;
}

/** Loads the library with the first token, so that an app on connection strings never loads it. */
class LazyCredential implements TokenCredential {
  readonly #clientId: string | undefined;
  #loading: Promise<TokenCredential> | undefined;

  constructor(clientId: string | undefined) {
    this.#clientId = clientId;
  }

  async getToken(...request: Parameters<TokenCredential['getToken']>) {
    this.#loading ??= loadCredential(this.#clientId);
    return (await this.#loading).getToken(...request);
  }
}

/**
 * Uses the named identity directly: the default chain would first try others of the environment.
 */
async function loadCredential(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  return clientId === undefined
    ? new DefaultAzureCredential()
    : new ManagedIdentityCredential({ clientId });
}
