import { NO_PROOF } from '../setting-descriptions.ts';
import type { DescribedKind } from '../source.ts';

export const cloudeventsKind: DescribedKind = {
  kind: 'cloudevents',
  description: 'CloudEvents 1.0 over HTTP.',
  methods: ['POST', 'OPTIONS'],
  defaultSecrets: ['CLOUDEVENTS_WEBHOOK_SECRET', 'CLOUDEVENTS_WEBHOOK_SECRET_2'],
  settingDescriptions: {
    auth: 'How senders prove who they are.',
    'auth.kind':
      'bearer: the secret in the Authorization header. query: in the address. none: no proof.',
    'auth.parameter': 'The parameter with the secret.',
    requireVerification: NO_PROOF,
    allowedOrigins: 'Who is told with OPTIONS that it may deliver; * for everybody.',
    allowedRate: 'Requests a minute that OPTIONS grants.',
  },
};
