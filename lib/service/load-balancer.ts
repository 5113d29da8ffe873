import { Duration, Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type CfnSecurityGroup, type IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  ApplicationListenerRule,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  DesyncMitigationMode,
  type IApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  authorizationServerMetadataPath,
  openidConfigurationPath,
} from '../../oauth/well-known.ts';

export interface LoadBalancerProps {
  readonly vpc: IVpc;
  /**
   * Certificate for the public host name, in the region of the load balancer.
   *
   * @default - plain HTTP between CloudFront and the load balancer, inside AWS's network
   */
  readonly certificate?: ICertificate;
  /**
   * Whether it may not be deleted, not even by a deployment.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;
}

/**
 * The private door. Guarantees: no public address, no rule that lets anybody in until
 * {@link CloudFrontIngress} adds one, malformed headers and ambiguous requests are dropped.
 */
export class LoadBalancer extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly listener: ApplicationListener;
  readonly securityGroup: SecurityGroup;
  readonly port: number;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    this.securityGroup = this.createSecurityGroup(props.vpc);
    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc: props.vpc,
      internetFacing: false,
      securityGroup: this.securityGroup,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: DesyncMitigationMode.DEFENSIVE,
      // Longer than CloudFront keeps a connection (50 s), shorter than the server does (65 s).
      idleTimeout: Duration.seconds(60),
      deletionProtection: props.deletionProtection ?? false,
    });
    // CloudFront makes a VPC origin only in a network whose internet gateway is attached.
    for (const { internetConnectivityEstablished } of [props.vpc, ...props.vpc.publicSubnets])
      this.loadBalancer.node.addDependency(internetConnectivityEstablished);
    this.port = props.certificate ? 443 : 80;
    this.listener = this.createListener(props.certificate);
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason:
        'CloudFront is the only client and has its own log; the server and the authorization server record every decision',
    });
  }

  /** Everything that no other rule takes. */
  routeToServer(targetGroup: IApplicationTargetGroup): void {
    this.listener.addTargetGroups('Server', { targetGroups: [targetGroup] });
  }

  /**
   * The same as a rule, which ECS can change while two versions share the calls.
   *
   * @param alternate gets nothing until then
   */
  routeToServerByRule(
    targetGroup: IApplicationTargetGroup,
    alternate: IApplicationTargetGroup,
  ): ApplicationListenerRule {
    this.listener.addAction('Nothing', {
      action: ListenerAction.fixedResponse(404, { contentType: 'text/plain' }),
    });
    return new ApplicationListenerRule(this, 'ServerRule', {
      listener: this.listener,
      // Never to be edited: CloudFormation would undo what ECS has written.
      priority: 100,
      conditions: [ListenerCondition.pathPatterns(['/*'])],
      action: ListenerAction.weightedForward([
        { targetGroup, weight: 100 },
        { targetGroup: alternate, weight: 0 },
      ]),
    });
  }

  /** The paths of the authorization server. */
  routeToAuthorizationServer(handler: IFunction): void {
    const targetGroup = new ApplicationTargetGroup(this, 'AuthorizationServer', {
      targetType: TargetType.LAMBDA,
      // Without it the function sees one of several cookies or query parameters.
      multiValueHeadersEnabled: true,
      targets: [new LambdaTarget(handler)],
    });
    this.listener.addTargetGroups('AuthorizationServer', {
      targetGroups: [targetGroup],
      priority: 10,
      conditions: [
        ListenerCondition.pathPatterns([
          authorizationServerMetadataPath,
          openidConfigurationPath,
          '/oauth/*',
        ]),
      ],
    });
  }

  private createSecurityGroup(vpc: IVpc): SecurityGroup {
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Load balancer: from CloudFront, to the tasks',
      allowAllOutbound: false,
    });
    // EC2 lets a new group reach everything until its own list says otherwise, whatever rules are
    // added to it later as resources of their own.
    const resource = securityGroup.node.defaultChild as CfnSecurityGroup;
    resource.addPropertyOverride('SecurityGroupEgress', [
      { CidrIp: '127.0.0.1/32', IpProtocol: '-1', Description: 'Nowhere' },
    ]);
    return securityGroup;
  }

  private createListener(certificate: ICertificate | undefined): ApplicationListener {
    return new ApplicationListener(this, 'Listener', {
      loadBalancer: this.loadBalancer,
      port: this.port,
      protocol: certificate ? ApplicationProtocol.HTTPS : ApplicationProtocol.HTTP,
      ...(certificate && { certificates: [certificate], sslPolicy: SslPolicy.TLS13_12_RES_PQ }),
      // The default opens the port to the world.
      open: false,
    });
  }
}
