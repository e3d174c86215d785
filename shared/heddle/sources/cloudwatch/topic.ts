import { z } from 'zod';

/**
 * Partitions whose endpoints are known here; in others, such as the European Sovereign Cloud, SNS
 * has hosts of another form.
 */
export const TopicArnSchema = z
  .string()
  .regex(
    /^arn:aws(?:-cn|-us-gov)?:sns:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:[\w-]{1,256}$/,
    'expected the ARN of a topic: arn:aws:sns:<region>:<account>:<name>',
  );

/** A topic that is allowed, and what follows from its ARN alone. */
export interface Topic {
  readonly arn: string;
  /** The one host that certificates and confirmations of this topic come from. */
  readonly host: string;
  /**
   * Names that the signing certificate may have. SNS names it by region in no one pattern.
   * @see https://github.com/aws/aws-sdk-java-v2/tree/master/services-custom/sns-message-manager
   */
  readonly certificateNames: readonly string[];
}

/** @param arn one that {@link TopicArnSchema} takes */
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
