import type { TokenCredential } from '@azure/identity';

const credentials = new Map<string | undefined, TokenCredential>();

/**
 * One for the process and client id, since each keeps its own cache of tokens.
 *
 * @param clientId of a user-assigned identity; undefined: whoever is signed in on this machine
 */
export function createCredential(clientId: string | undefined): TokenCredential {
  const known = credentials.get(clientId);
  if (known) return known;
  const credential = new LazyCredential(clientId);
  credentials.set(clientId, credential);
  return credential;
}

/** Loads the library with the first token: who runs on connection strings never needs it. */
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

/** By name where an identity is given: the default chain would try the environment's others first. */
async function loadCredential(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  return clientId === undefined
    ? new DefaultAzureCredential()
    : new ManagedIdentityCredential({ clientId });
}
