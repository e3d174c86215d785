import type { DescribedKind } from '../source.ts';

export const eventgridKind: DescribedKind = {
  kind: 'eventgrid',
  description: 'Azure Event Grid, in its own schema and as CloudEvents.',
  methods: ['POST', 'OPTIONS'],
  defaultSecrets: ['EVENTGRID_WEBHOOK_SECRET', 'EVENTGRID_WEBHOOK_SECRET_2'],
  settingDescriptions: {
    auth: 'Where the event subscription puts the secret.',
    'auth.kind': 'query: into its address. header: into a delivery property.',
    'auth.parameter': 'The parameter with the secret.',
    'auth.name': 'The header with the secret.',
    topics: 'Resource ids of topics that may deliver here, or what CloudEvents call their source.',
    subscriptionNames: 'Event subscriptions that may deliver here.',
    allowedOrigins:
      'Origins whose CloudEvents handshake is answered though it has no secret: eventgrid.azure.net.',
  },
};
