import type { Connection } from '../ports/connection.ts';

/** Names of the settings that configure a service. */
export interface ConnectionSettings {
  /** Holds a connection string. */
  readonly setting: string;
  /** Holds an address, which an identity signs in to. */
  readonly endpoint: string;
}

/** Prefers the connection string, which emulators need. */
export function readConnection(
  settings: Readonly<Record<string, string | undefined>>,
  { setting, endpoint }: ConnectionSettings,
): Connection | undefined {
  const value = settings[setting] || undefined;
  if (value !== undefined) return { kind: 'string', value };
  const address = settings[endpoint] || undefined;
  if (address === undefined) return undefined;
  const clientId = settings[`${setting}__clientId`] || undefined;
  return { kind: 'identity', endpoint: address, clientId };
}
