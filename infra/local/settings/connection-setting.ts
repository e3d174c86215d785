/** A connection that a trigger's `connection` names: one text, or `NAME__key` settings. */
export type ConnectionSetting =
  | { readonly kind: 'string'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'section';
      readonly name: string;
      get(key: string): string | undefined;
    };

/**
 * `AzureWebJobs<name>` wins over `<name>`, as in the WebJobs SDK. Throws when neither is set.
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection
 */
export function findConnection(
  connection: string,
  env: NodeJS.ProcessEnv,
  keys: readonly [string, ...string[]],
): ConnectionSetting {
  for (const name of [`AzureWebJobs${connection}`, connection]) {
    const value = env[name];
    if (value) return { kind: 'string', name, value };
    if (keys.some((key) => env[`${name}__${key}`])) {
      return { kind: 'section', name, get: (key) => env[`${name}__${key}`] || undefined };
    }
  }
  const identity = keys.map((key) => `${connection}__${key}`).join(' or ');
  throw new Error(
    `Connection '${connection}' is not set: give ${connection} a connection string in local.settings.json, or set ${identity}.`,
  );
}
