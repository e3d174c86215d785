import { z } from 'zod';

/**
 * Partitions whose endpoints are known. In others, such as the European Sovereign Cloud, SNS has
 * hosts of another form.
 */
export const TopicArnSchema = z
  .string()
  .regex(
    /^arn:aws(?:-cn|-us-gov)?:sns:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:[\w-]{1,256}$/,
    'expected the ARN of a topic: arn:aws:sns:<region>:<account>:<name>',
  );

/** An allowed topic, with everything that follows from its ARN. */
export interface Topic {
  readonly arn: string;
  /** The only host of certificates and confirmations for this topic. */
  readonly host: string;
  /**
   * Allowed names of the signing certificate, which follow no single pattern across regions.
   * @see https://github.com/aws/aws-sdk-java-v2/tree/master/services-custom/sns-message-manager
   */
  readonly certificateNames: readonly string[];
}

/** @param arn an ARN that {@link TopicArnSchema} accepts */
export function toTopic(arn: string): Topic {
  const [, partition = '', , region = ''] = arn.split(':');
  if (partition === 'aws-cn') {
    const domain = 'amazonaws.com.cn';
    return { arn, host: `sns.${region}.${domain}`, certificateNames: [`sns-${region}.${domain}`] };
  }
  const names = ['sns.amazonaws.com', `sns-signing.${region}.amazonaws.com`];
  if (partition === 'aws-us-gov') names.push('sns-us-gov-west-1.amazonaws.com');
  return { arn, host: `sns.${region}.amazonaws.com`, certificateNames: names };
}
