import { RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnInternetGateway,
  CfnVPCGatewayAttachment,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
  type VpcProps,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, DependencyGroup } from 'constructs';
import { Egress } from './egress.ts';
import { PrivateEndpoints } from './private-endpoints.ts';

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

const subnetsWithEgress: VpcProps = {
  subnetConfiguration: [
    { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
    { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 23 },
  ],
  // Image layers come from S3: free this way, 0.045 USD per GB through a NAT gateway.
  gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
};

const isolatedSubnets: VpcProps = {
  subnetConfiguration: [
    { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 23 },
  ],
};

/** CloudFront's VPC origins demand one. No route leads to it. */
const attachInternetGateway = (vpc: Vpc): void => {
  const gateway = new CfnInternetGateway(vpc, 'InternetGateway');
  const attachment = new CfnVPCGatewayAttachment(vpc, 'InternetGatewayAttachment', {
    vpcId: vpc.vpcId,
    internetGatewayId: gateway.ref,
  });
  // So that whoever waits for the gateway of any other network waits for this one too.
  const { internetConnectivityEstablished } = vpc;
  if (internetConnectivityEstablished instanceof DependencyGroup)
    internetConnectivityEstablished.add(attachment);
};

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
  /** Present where there is no other way to AWS's own services. */
  readonly endpoints?: PrivateEndpoints;

  constructor(scope: Construct, id: string, props: NetworkProps = {}) {
    super(scope, id);
    const egress = props.egress ?? Egress.natGateway();
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: 2,
      natGateways: egress.gateways,
      natGatewayProvider: egress.provider,
      restrictDefaultSecurityGroup: true,
      ...(egress.isIsolated ? isolatedSubnets : subnetsWithEgress),
    });
    egress.bind(this.vpc, cidr);
    if (egress.isIsolated) {
      attachInternetGateway(this.vpc);
      this.endpoints = new PrivateEndpoints(this, 'Endpoints', { vpc: this.vpc });
    }
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
