import type { DescribedKind } from '../source.ts';

export const cloudwatchKind: DescribedKind = {
  kind: 'cloudwatch',
  description: 'CloudWatch alarms, and any other message of an Amazon SNS topic.',
  methods: ['POST'],
  defaultSecrets: [],
  settingDescriptions: {
    topicArns: 'Topics that may deliver here.',
    toleranceSeconds: 'How old a message may be: SNS tries for up to an hour. Seconds.',
    rawDelivery: 'Takes raw deliveries too. A token in the query is all that proves them.',
    'rawDelivery.token': 'The name of the app setting with the token.',
    'rawDelivery.queryParameter': 'The parameter that the token comes in.',
  },
};
