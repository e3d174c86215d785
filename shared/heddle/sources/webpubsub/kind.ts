import type { DescribedKind } from '../source.ts';

export const webpubsubKind: DescribedKind = {
  kind: 'webpubsub',
  description: 'Clients of Azure Web PubSub.',
  methods: ['POST', 'OPTIONS'],
  defaultSecrets: ['WEBPUBSUB_ACCESS_KEY', 'WEBPUBSUB_ACCESS_KEY_2'],
  settingDescriptions: {
    hub: 'The hub whose events are accepted. Absent: any hub that signs with these keys.',
    allowedOrigins: 'Host names of the service, my.webpubsub.azure.com; * for any.',
    code: 'The name of the app setting whose value the query parameter code must have.',
  },
};
