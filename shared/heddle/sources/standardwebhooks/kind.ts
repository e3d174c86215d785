import type { DescribedKind } from '../source.ts';

export const standardwebhooksKind: DescribedKind = {
  kind: 'standardwebhooks',
  description: 'Senders of Standard Webhooks, directly or through Svix.',
  methods: ['POST'],
  defaultSecrets: ['STANDARD_WEBHOOK_SECRET', 'STANDARD_WEBHOOK_SECRET_2'],
  settingDescriptions: {},
};
