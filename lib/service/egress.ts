import { Validations } from 'aws-cdk-lib';
import {
  CfnInstance,
  InstanceClass,
  InstanceSize,
  InstanceType,
  NatInstanceProviderV2,
  NatProvider,
  NatTrafficDirection,
  Peer,
  Port,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';

/**
 * How the server reaches the internet: Cognito's signing keys, and whatever its tools call. It can
 * never be reached from there.
 */
export class Egress {
  /**
   * AWS's managed gateway: about 37 USD a month each, plus 0.045 USD per GB.
   *
   * @param gateways one is enough for most; one per availability zone survives the loss of a zone
   */
  static natGateway(gateways = 1): Egress {
    return new Egress({ gateways, provider: NatProvider.gateway() });
  }

  /**
   * One small instance: about 7 USD a month. New tasks cannot start and keys cannot be refreshed
   * while it is replaced, and its operating system is yours to renew.
   */
  static natInstance(): Egress {
    const provider = NatProvider.instanceV2({
      instanceType: InstanceType.of(InstanceClass.T4G, InstanceSize.NANO),
      // The default would admit the whole internet to the instance.
      defaultAllowedTraffic: NatTrafficDirection.OUTBOUND_ONLY,
      associatePublicIpAddress: true,
    });
    return new Egress({ gateways: 1, provider });
  }

  /**
   * None: no route leads out of the network, also for whoever takes over a tool. Image, logs and
   * secrets are reached over private endpoints (about 15 USD a month each for two zones), and the
   * signing keys are copied to where the server can read them: see {@link KeyRelay}.
   *
   * Tools that call other systems need endpoints of their own, from `vpc.addInterfaceEndpoint`. Names
   * are still resolved by AWS, which somebody patient could use to smuggle data out.
   */
  static isolated(): Egress {
    return new Egress({ gateways: 0 });
  }

  /** How many gateways or instances there are. */
  readonly gateways: number;
  /** For the VPC. Absent where there is no way out. */
  readonly provider?: NatProvider;

  private constructor({ gateways, provider }: { gateways: number; provider?: NatProvider }) {
    this.gateways = gateways;
    this.provider = provider;
  }

  get isIsolated(): boolean {
    return this.provider === undefined;
  }

  /**
   * Lets the network, and nobody else, through.
   *
   * @param cidr addresses of the network
   */
  bind(vpc: Vpc, cidr: string): void {
    if (!(this.provider instanceof NatInstanceProviderV2)) return;
    this.provider.connections.allowFrom(Peer.ipv4(cidr), Port.HTTPS, 'https out');
    for (const construct of vpc.node.findAll()) {
      if (construct instanceof CfnInstance) harden(construct);
    }
  }
}

const harden = (instance: CfnInstance): void => {
  instance.metadataOptions = { httpTokens: 'required', httpEndpoint: 'enabled' };
  instance.blockDeviceMappings = [{ deviceName: '/dev/xvda', ebs: { encrypted: true } }];
  Validations.of(instance).acknowledge(
    {
      id: 'AwsSolutions-EC28',
      reason: 'metrics every five minutes are enough for a machine that forwards packets',
    },
    {
      id: 'AwsSolutions-EC29',
      reason: 'it holds no data, and a deployment must be able to replace it by a newer image',
    },
  );
};
