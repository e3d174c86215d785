/** How to reach an Azure service: by connection string (emulators) or by identity. */
export type Connection =
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'identity';
      /** A host name for Service Bus, otherwise a URL. */
      readonly endpoint: string;
      /**
       * The client id of a user-assigned identity; undefined: the account signed in on this
       * machine.
       */
      readonly clientId: string | undefined;
    };
