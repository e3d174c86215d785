import { NO_PROOF } from '../setting-descriptions.ts';
import type { DescribedKind } from '../source.ts';

export const cloudeventsKind: DescribedKind = {
  kind: 'cloudevents',
  description: 'CloudEvents 1.0 over HTTP.',
  methods: ['POST', 'OPTIONS'],
  defaultSecrets: ['CLOUDEVENTS_WEBHOOK_SECRET', 'CLOUDEVENTS_WEBHOOK_SECRET_2'],
  settingDescriptions: {
    auth: 'How senders authenticate.',
    'auth.kind':
      'bearer: the secret in the Authorization header. query: the secret in a query parameter. none: no authentication.',
    'auth.parameter': 'The query parameter with the secret.',
    requireVerification: NO_PROOF,
    allowedOrigins: 'Origins whose OPTIONS handshake is granted; * for any.',
    allowedRate: 'Requests per minute that the OPTIONS handshake grants.',
  },
};
