import { Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  Port,
  SecurityGroup,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { McpService } from './mcp-service.ts';

export interface PrivateEndpointsProps {
  readonly vpc: Vpc;
}

/** What the container agent and the log driver call, and nothing else these services can do. */
const neededActions = {
  ecr: [
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:GetDownloadUrlForLayer',
  ],
  logs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  secretsmanager: ['secretsmanager:GetSecretValue'],
} as const;

/**
 * The way to AWS's own services for a network without a way out. Guarantees: only the service may
 * use them, only for what starting a task and writing its log takes, only as this account; through
 * the one for S3 nothing can be read but image layers and what {@link allowRead} adds, and nothing
 * written at all, so that it is no way to carry data away.
 */
export class PrivateEndpoints extends Construct {
  readonly securityGroup: SecurityGroup;
  /** Free of charge, unlike the others. */
  readonly s3: GatewayVpcEndpoint;
  readonly #vpc: Vpc;

  constructor(scope: Construct, id: string, props: PrivateEndpointsProps) {
    super(scope, id);
    this.#vpc = props.vpc;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Endpoints: from the tasks, to nowhere',
      allowAllOutbound: false,
    });
    this.s3 = new GatewayVpcEndpoint(this, 'S3', {
      vpc: props.vpc,
      service: GatewayVpcEndpointAwsService.S3,
    });
    const { partition, region } = Stack.of(this);
    // ECR keeps image layers in a bucket of its own in each region.
    this.allowRead(`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`);
    this.addEndpoint('EcrApi', InterfaceVpcEndpointAwsService.ECR, 'ecr');
    this.addEndpoint('EcrDocker', InterfaceVpcEndpointAwsService.ECR_DOCKER, 'ecr');
    this.addEndpoint('Logs', InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS, 'logs');
  }

  /** Lets objects be read through the endpoint for S3, whoever asks; the bucket has its own say. */
  allowRead(...objectArns: string[]): void {
    this.s3.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: objectArns,
      }),
    );
  }

  /** Admits the service, which starts only once everything here is ready. */
  serve(service: McpService): void {
    this.securityGroup.connections.allowFrom(service.securityGroup, Port.HTTPS, 'tasks');
    if (service.hasSecrets)
      this.addEndpoint(
        'SecretsManager',
        InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
        'secretsmanager',
      );
    service.service.node.addDependency(this);
  }

  private addEndpoint(
    id: string,
    service: InterfaceVpcEndpointAwsService,
    name: keyof typeof neededActions,
  ): void {
    const endpoint = new InterfaceVpcEndpoint(this, id, {
      vpc: this.#vpc,
      service,
      // The default would admit the whole network.
      open: false,
      securityGroups: [this.securityGroup],
      privateDnsEnabled: true,
    });
    endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: [...neededActions[name]],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account } },
      }),
    );
  }
}
