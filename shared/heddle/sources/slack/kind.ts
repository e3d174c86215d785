import type { DescribedKind } from '../source.ts';

export const slackKind: DescribedKind = {
  kind: 'slack',
  description: "Slack's Events API, slash commands and interactivity.",
  methods: ['POST'],
  defaultSecrets: ['SLACK_SIGNING_SECRET', 'SLACK_SIGNING_SECRET_2'],
  settingDescriptions: {},
};
