import { TIMESTAMP, TOLERANCE } from '../setting-descriptions.ts';
import type { DescribedKind } from '../source.ts';

export const grafanaKind: DescribedKind = {
  kind: 'grafana',
  description: 'Webhook contact points of Grafana Alerting.',
  methods: ['POST', 'PUT'],
  defaultSecrets: ['GRAFANA_WEBHOOK_SECRET', 'GRAFANA_WEBHOOK_SECRET_2'],
  settingDescriptions: {
    auth: 'How the contact point authenticates.',
    header: 'The header with the signature.',
    timestampHeader: TIMESTAMP,
    toleranceSeconds: TOLERANCE,
    scheme: 'The scheme before the token in the Authorization header.',
    username: 'With auth basic: the user name of the contact point.',
  },
};
