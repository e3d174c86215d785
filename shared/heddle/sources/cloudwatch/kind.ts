import type { DescribedKind } from '../source.ts';

export const cloudwatchKind: DescribedKind = {
  kind: 'cloudwatch',
  description: 'CloudWatch alarms, and any other message of an Amazon SNS topic.',
  methods: ['POST'],
  defaultSecrets: [],
  settingDescriptions: {
    topicArns: 'Topics that may deliver here.',
    toleranceSeconds: 'Maximum age of a message in seconds. SNS retries for up to an hour.',
    rawDelivery:
      'Accepts raw deliveries too. They are authenticated by a token in the query alone.',
    'rawDelivery.token': 'The name of the app setting with the token.',
    'rawDelivery.queryParameter': 'The query parameter with the token.',
  },
};
