import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCredential } from '../../../shared/heddle/adapters/azure/credential.ts';

const SCOPE = 'https://cosmos.azure.com/.default';
const requests: IncomingMessage[] = [];

/** An identity endpoint as in App Service and Functions. */
const server = createServer((request, response) => {
  requests.push(request);
  const expiresOn = Math.floor(Date.now() / 1000) + 86_400;
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({ access_token: 'token', expires_on: String(expiresOn), token_type: 'Bearer' }),
  );
});

afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
});

describe('a credential', () => {
  it('is one for each client id', () => {
    expect(createCredential('one')).toBe(createCredential('one'));
    expect(createCredential(undefined)).toBe(createCredential(undefined));
    expect(createCredential('one')).not.toBe(createCredential('two'));
    expect(createCredential('one')).not.toBe(createCredential(undefined));
  });

  it('with a client id asks the app’s identity endpoint for that identity, once for many', async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${port}/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header');
    const credential = createCredential('11111111-2222-3333-4444-555555555555');
    const token = await credential.getToken(SCOPE);
    expect(token?.token).toBe('token');
    await createCredential('11111111-2222-3333-4444-555555555555').getToken(SCOPE);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toContain('client_id=11111111-2222-3333-4444-555555555555');
    expect(requests[0]?.headers['x-identity-header']).toBe('header');
  });
});
