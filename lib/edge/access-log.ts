import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  CfnDelivery,
  CfnDeliveryDestination,
  CfnDeliverySource,
  LogGroup,
  RetentionDays,
} from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { uniqueName } from '../unique-name.ts';
import { edgeRegion } from './web-acl.ts';

export interface AccessLogProps {
  readonly distribution: IDistribution;
  /** @default RetentionDays.THREE_MONTHS */
  readonly retention?: RetentionDays;
  /**
   * What happens to the log when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Neither query strings nor cookies nor referrers: authorization codes travel in them. */
const recordFields = [
  'date',
  'time',
  'x-edge-request-id',
  'x-edge-location',
  'x-edge-result-type',
  'x-edge-detailed-result-type',
  'c-ip',
  'cs-method',
  'cs(Host)',
  'cs-uri-stem',
  'cs(User-Agent)',
  'cs-protocol-version',
  'ssl-protocol',
  'sc-status',
  'sc-content-type',
  'sc-bytes',
  'cs-bytes',
  'time-taken',
  'time-to-first-byte',
];

/**
 * One line for each request that reached CloudFront, also for those that the firewall refused.
 * Guarantees: no query string, no cookie, no header but host and user agent.
 *
 * CloudFront delivers within minutes, and does not promise to deliver every line.
 */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    if (!Token.isUnresolved(region) && region !== edgeRegion)
      throw new Error(
        `'AccessLog' must be in a stack of region ${edgeRegion}, where CloudFront delivers, got ${region}`,
      );
    this.logGroup = new LogGroup(this, 'Log', {
      retention: props.retention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.deliver(props.distribution);
  }

  private deliver(distribution: IDistribution): void {
    const policy = this.logGroup.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    const source = new CfnDeliverySource(this, 'Source', {
      name: uniqueName(this, 'cloudfront'),
      logType: 'ACCESS_LOGS',
      resourceArn: distribution.distributionArn,
    });
    const destination = new CfnDeliveryDestination(this, 'Destination', {
      name: uniqueName(this, 'cloudfront'),
      destinationResourceArn: this.logGroup.logGroupArn,
      outputFormat: 'json',
    });
    const delivery = new CfnDelivery(this, 'Delivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
      recordFields,
    });
    delivery.addResourceDependency(source);
    if (policy.policyDependable) delivery.node.addDependency(policy.policyDependable);
  }
}
