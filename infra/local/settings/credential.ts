import type { TokenCredential } from '@azure/identity';
import type { ConnectionSetting } from './connection-setting.ts';

/**
 * Creates the credential that `NAME__credential` and `NAME__clientId` name, or that of the account
 * signed in on this machine.
 */
export async function createCredential(
  connection: Extract<ConnectionSetting, { kind: 'section' }>,
): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (connection.get('credential')?.toLowerCase() !== 'managedidentity') {
    return new DefaultAzureCredential();
  }
  const clientId = connection.get('clientId');
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
