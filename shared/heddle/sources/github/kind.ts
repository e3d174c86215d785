import type { DescribedKind } from '../source.ts';

export const githubKind: DescribedKind = {
  kind: 'github',
  description: 'GitHub webhooks.',
  methods: ['POST'],
  defaultSecrets: ['GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_2'],
  settingDescriptions: {},
};
