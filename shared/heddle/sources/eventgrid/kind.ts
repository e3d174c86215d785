import { entraDescriptions } from '../entra/descriptions.ts';
import type { DescribedKind } from '../source.ts';

export const eventgridKind: DescribedKind = {
  kind: 'eventgrid',
  description: 'Azure Event Grid, in its own schema and as CloudEvents.',
  methods: ['POST', 'OPTIONS'],
  defaultSecrets: ['EVENTGRID_WEBHOOK_SECRET', 'EVENTGRID_WEBHOOK_SECRET_2'],
  settingDescriptions: {
    auth: 'How the event subscription proves itself.',
    'auth.kind':
      'query: the secret as a query parameter of its URL. header: the secret as a delivery property. entra: a token of Event Grid, or of the application in appid, for the audience that the subscription names.',
    'auth.parameter': 'The query parameter with the secret.',
    'auth.name': 'The header with the secret.',
    ...entraDescriptions,
    topics: 'Topics that may deliver here: their resource ids, or the source of their CloudEvents.',
    subscriptionNames: 'Event subscriptions that may deliver here.',
    allowedOrigins:
      'Origins whose CloudEvents handshake is answered although it has no secret: eventgrid.azure.net.',
  },
};
