import type { DescribedKind } from '../source.ts';

export const pagerdutyKind: DescribedKind = {
  kind: 'pagerduty',
  description: 'PagerDuty V3 webhooks.',
  methods: ['POST'],
  defaultSecrets: ['PAGERDUTY_WEBHOOK_SECRET', 'PAGERDUTY_WEBHOOK_SECRET_2'],
  settingDescriptions: {},
};
