import { type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { AccessLog } from '../edge/access-log.ts';

export interface AccessLogStackProps extends StackProps {
  readonly distribution: IDistribution;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** CloudFront's log of a server in another region: it is delivered in us-east-1 only. */
export class AccessLogStack extends Stack {
  constructor(scope: Construct, id: string, props: AccessLogStackProps) {
    super(scope, id, props);
    const { distribution, removalPolicy } = props;
    new AccessLog(this, 'AccessLog', { distribution, removalPolicy });
  }
}
