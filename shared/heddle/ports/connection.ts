/** How an Azure service is reached: with a connection string (emulators) or by identity. */
export type Connection =
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'identity';
      /** A host name for Service Bus, else a URL. */
      readonly endpoint: string;
      /** Of a user-assigned identity; undefined: whoever is signed in on this machine. */
      readonly clientId: string | undefined;
    };
