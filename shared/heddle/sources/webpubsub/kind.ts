import { entraDescriptions } from '../entra/descriptions.ts';
import type { DescribedKind } from '../source.ts';

export const webpubsubKind: DescribedKind = {
  kind: 'webpubsub',
  description: 'Clients of Azure Web PubSub.',
  methods: ['POST', 'OPTIONS'],
  defaultSecrets: ['WEBPUBSUB_ACCESS_KEY', 'WEBPUBSUB_ACCESS_KEY_2'],
  settingDescriptions: {
    hub: 'The hub whose events are accepted. Absent: any hub of the service.',
    allowedOrigins:
      'Host names of the service, my.webpubsub.azure.com; * for any. Absent: that of the service that the app sends to.',
    auth: 'The proof that is required. signature: by an access key. entra: a token of the service that was deployed with the app, or as the fields say. Absent: each one that is configured.',
    'auth.kind': "entra: a token of the service's managed identity.",
    ...entraDescriptions,
    code: 'The name of the app setting whose value the query parameter code must have.',
  },
};
