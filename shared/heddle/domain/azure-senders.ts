/**
 * What the deployment knows of Azure's services that send to it with a token of Microsoft Entra. A
 * blank text is a setting that is not set.
 */
export interface AzureSenders {
  /** URL of the authority that signs tokens, `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** Id of the tenant whose tokens are accepted. */
  readonly tenant: string;
  readonly webPubSub: {
    /** Host name of the service. */
    readonly host: string;
    /** Audience of the tokens that its event handler sends. */
    readonly audience: string;
    /** Object id of the service's managed identity. */
    readonly identity: string;
  };
}

/** Names of the settings with these, for faults. */
export const SENDER_SETTINGS = {
  authorityHost: 'AZURE_AUTHORITY_HOST',
  tenant: 'HEDDLE_ENTRA_TENANT',
  webPubSubAudience: 'HEDDLE_WEBPUBSUB_AUDIENCE',
  webPubSubIdentity: 'HEDDLE_WEBPUBSUB_IDENTITY',
} as const;
