import { Duration, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  AlternateTarget,
  type FargateService,
  ListenerRuleConfiguration,
} from 'aws-cdk-lib/aws-ecs';
import {
  type ApplicationListenerRule,
  ApplicationProtocol,
  ApplicationTargetGroup,
  HttpCodeTarget,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { describeAlarm } from '../observability/alarms.ts';
import type { LoadBalancer } from './load-balancer.ts';
import { serverPort } from './task-definition.ts';

export interface ServiceTargetsProps {
  readonly vpc: IVpc;
  readonly loadBalancer: LoadBalancer;
  /** Whether two versions share the calls for a while. */
  readonly isCanary: boolean;
}

/** Share of failed calls, in percent, at which a deployment is taken back. */
const maxFailures = 5;
/** Below it a share says nothing. */
const minCalls = 20;

const createTargetGroup = (scope: Construct, id: string, vpc: IVpc): ApplicationTargetGroup =>
  new ApplicationTargetGroup(scope, id, {
    vpc,
    targetType: TargetType.IP,
    protocol: ApplicationProtocol.HTTP,
    port: serverPort,
    // The server ends streams within 20 seconds of SIGTERM.
    deregistrationDelay: Duration.seconds(30),
    healthCheck: {
      path: '/healthz',
      interval: Duration.seconds(15),
      timeout: Duration.seconds(5),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
    },
  });

/** Where the load balancer finds the tasks, and the alarm that takes a bad deployment back. */
export class ServiceTargets {
  readonly targetGroup: ApplicationTargetGroup;
  /** More than five in a hundred calls fail. */
  readonly failureAlarm: Alarm;
  readonly #scope: Construct;
  readonly #canary?: {
    readonly alternate: ApplicationTargetGroup;
    readonly rule: ApplicationListenerRule;
  };

  constructor(scope: Construct, props: ServiceTargetsProps) {
    const { vpc, loadBalancer } = props;
    this.#scope = scope;
    this.targetGroup = createTargetGroup(scope, 'Targets', vpc);
    if (props.isCanary) {
      const alternate = createTargetGroup(scope, 'AlternateTargets', vpc);
      const rule = loadBalancer.routeToServerByRule(this.targetGroup, alternate);
      this.#canary = { alternate, rule };
    } else {
      loadBalancer.routeToServer(this.targetGroup);
    }
    this.failureAlarm = this.createAlarm();
  }

  /** Registers the service's tasks. */
  attach(service: FargateService): void {
    if (!this.#canary) {
      this.targetGroup.addTarget(service);
      return;
    }
    const { alternate, rule } = this.#canary;
    const alternateTarget = new AlternateTarget('AlternateTarget', {
      alternateTargetGroup: alternate,
      productionListener: ListenerRuleConfiguration.applicationListenerRule(rule),
      role: this.createInfrastructureRole(alternate, rule),
    });
    const target = service.loadBalancerTarget({
      containerName: 'Server',
      containerPort: serverPort,
      alternateTarget,
    });
    target.attachToApplicationTargetGroup(this.targetGroup);
  }

  private createAlarm(): Alarm {
    const period = Duration.minutes(1);
    const groups = [this.targetGroup, ...(this.#canary ? [this.#canary.alternate] : [])];
    const usingMetrics = Object.fromEntries(
      groups.flatMap(({ metrics }, index) => [
        [`errors${index}`, metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period })],
        [`calls${index}`, metrics.requestCount({ period })],
      ]),
    );
    const sum = (name: string) => groups.map((_, index) => `FILL(${name}${index}, 0)`).join(' + ');
    return new Alarm(this.#scope, 'Failures', {
      alarmDescription: describeAlarm(
        'More than five in a hundred calls fail with a 5xx of the server; a deployment that is under way is taken back',
        'server-errors.md',
      ),
      metric: new MathExpression({
        expression: `IF((${sum('calls')}) >= ${minCalls}, 100 * (${sum('errors')}) / (${sum('calls')}), 0)`,
        label: 'Failed calls in percent',
        period,
        usingMetrics,
      }),
      threshold: maxFailures,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** With which ECS moves the calls: these two groups and this rule, not every one of the account. */
  private createInfrastructureRole(
    alternate: ApplicationTargetGroup,
    { listenerRuleArn }: ApplicationListenerRule,
  ): Role {
    const role = new Role(this.#scope, 'InfrastructureRole', {
      assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'elasticloadbalancing:RegisterTargets',
          'elasticloadbalancing:DeregisterTargets',
          'elasticloadbalancing:ModifyRule',
        ],
        resources: [this.targetGroup.targetGroupArn, alternate.targetGroupArn, listenerRuleArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'elasticloadbalancing:DescribeListeners',
          'elasticloadbalancing:DescribeRules',
          'elasticloadbalancing:DescribeTargetGroups',
          'elasticloadbalancing:DescribeTargetHealth',
        ],
        resources: ['*'],
      }),
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'the describe calls of Elastic Load Balancing only read and know no resource',
    });
    return role;
  }
}
