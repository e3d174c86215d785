import type { DescribedKind } from '../source.ts';

export const eventgridKind: DescribedKind = {
  kind: 'eventgrid',
  description: 'Azure Event Grid, in its own schema and as CloudEvents.',
  methods: ['POST', 'OPTIONS'],
  defaultSecrets: ['EVENTGRID_WEBHOOK_SECRET', 'EVENTGRID_WEBHOOK_SECRET_2'],
  settingDescriptions: {
    auth: 'How the event subscription sends the secret.',
    'auth.kind': 'query: as a query parameter of its URL. header: as a delivery property.',
    'auth.parameter': 'The query parameter with the secret.',
    'auth.name': 'The header with the secret.',
    topics: 'Topics that may deliver here: their resource ids, or the source of their CloudEvents.',
    subscriptionNames: 'Event subscriptions that may deliver here.',
    allowedOrigins:
      'Origins whose CloudEvents handshake is answered although it has no secret: eventgrid.azure.net.',
  },
};
