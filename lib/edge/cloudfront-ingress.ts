import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { LoadBalancer } from '../service/load-balancer.ts';
import type { McpDistribution } from './distribution.ts';

export interface CloudFrontIngressProps {
  readonly vpc: IVpc;
  readonly loadBalancer: LoadBalancer;
  readonly distribution: McpDistribution;
}

/** CloudFront makes one such group in each network that has a VPC origin. */
const managedSecurityGroup = 'CloudFront-VPCOrigins-Service-SG';

const groupIdPath = 'SecurityGroups.0.GroupId';

/**
 * Lets CloudFront's VPC origin, and nothing else, reach the load balancer.
 *
 * The security group to admit appears only once the origin is deployed, and CloudFormation cannot
 * name it: a read-only look-up does. A rule for the network's addresses would not do, CloudFront
 * answers 504 then.
 */
export class CloudFrontIngress extends Construct {
  constructor(scope: Construct, id: string, props: CloudFrontIngressProps) {
    super(scope, id);
    const lookup = this.createLookup(props.vpc);
    lookup.node.addDependency(props.distribution);
    new CfnSecurityGroupIngress(this, 'FromCloudFront', {
      groupId: props.loadBalancer.securityGroup.securityGroupId,
      sourceSecurityGroupId: lookup.getResponseField(groupIdPath),
      ipProtocol: 'tcp',
      fromPort: props.loadBalancer.port,
      toPort: props.loadBalancer.port,
      description: 'CloudFront VPC origin',
    });
  }

  private createLookup(vpc: IVpc): AwsCustomResource {
    const statement = new PolicyStatement({
      actions: ['ec2:DescribeSecurityGroups'],
      resources: ['*'],
    });
    const describe = {
      service: 'EC2',
      action: 'describeSecurityGroups',
      parameters: {
        Filters: [
          { Name: 'vpc-id', Values: [vpc.vpcId] },
          { Name: 'group-name', Values: [managedSecurityGroup] },
        ],
      },
      physicalResourceId: PhysicalResourceId.fromResponse(groupIdPath),
      outputPaths: [groupIdPath],
    };
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    const lookup = new AwsCustomResource(this, 'SecurityGroup', {
      onUpdate: describe,
      role,
      policy: AwsCustomResourcePolicy.fromStatements([statement]),
      installLatestAwsSdk: false,
      memorySize: 256,
      logGroup,
    });
    Validations.of(lookup).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ec2:DescribeSecurityGroups only reads and knows no resource',
    });
    return lookup;
  }
}
