import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Egress } from './egress.ts';

export interface NetworkProps {
  /** @default Egress.natGateway() */
  readonly egress?: Egress;
  /**
   * How long is kept who talked to whom inside the network.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly flowLogRetention?: RetentionDays;
}

/** Room for a thousand tasks; nothing outside has to route to it. */
const cidr = '10.0.0.0/20';

/**
 * A network with two availability zones in which nothing of ours has a public address. Guarantees:
 * load balancer and tasks are in private subnets, the default security group is empty, rejected
 * connections are logged. The internet gateway is there because CloudFront's VPC origins demand one.
 *
 * In a stack that is bound to an account, the CDK looks up availability zones once; leave the
 * account out, or use {@link ServerStack}, to synthesise without credentials.
 */
export class Network extends Construct {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, props: NetworkProps = {}) {
    super(scope, id);
    const egress = props.egress ?? Egress.natGateway();
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: 2,
      natGateways: egress.gateways,
      natGatewayProvider: egress.provider,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 23 },
      ],
      // Image layers come from S3: free this way, 0.045 USD per GB through a NAT gateway.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    egress.bind(this.vpc, cidr);
    this.vpc.addFlowLog('Rejected', {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLog', {
          retention: props.flowLogRetention ?? RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      ),
    });
  }
}
