import { Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscriptionFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface FindingResponseProps {
  /** Ids of the detections that are set to respond. At least one. */
  readonly detections: readonly string[];
  /** Logs of the components that compute detections. */
  readonly logGroups: { readonly [component: string]: ILogGroup };
  /** What ends somebody's access. */
  readonly operator: LambdaFunction;
}

/** New findings of these detections, and no line beside them. */
const findingPattern = (detections: readonly string[]): string => {
  const codes = detections.map((id) => `($.metadata.event_code = "detection.${id}")`);
  return `{ ($.class_uid = 2004) && ($.activity_id = 1) && (${codes.join(' || ')}) }`;
};

/**
 * Lets findings act. Guarantees: only new findings of the named detections reach the operator
 * function, from these logs within seconds, and from the event bus if somebody puts a confirmed one
 * there (`source` cdk-secure-mcp, `detail-type` Detection Finding).
 *
 * Does not know who wrote a line: whoever can write to the log can end a user's access, and give none.
 */
export class FindingResponse extends Construct {
  constructor(scope: Construct, id: string, props: FindingResponseProps) {
    super(scope, id);
    const { detections, logGroups, operator } = props;
    for (const [component, logGroup] of Object.entries(logGroups)) {
      const permission = new CfnPermission(this, `${component}MayDeliver`, {
        action: 'lambda:InvokeFunction',
        functionName: operator.functionArn,
        principal: 'logs.amazonaws.com',
        sourceArn: logGroup.logGroupArn,
        sourceAccount: Stack.of(this).account,
      });
      const filter = new CfnSubscriptionFilter(this, component, {
        logGroupName: logGroup.logGroupName,
        destinationArn: operator.functionArn,
        filterPattern: findingPattern(detections),
      });
      // CloudWatch tries the delivery when the filter is made.
      filter.addDependency(permission);
    }
    new Rule(this, 'Confirmed', {
      description: 'Findings that somebody has confirmed end the access of their user',
      eventPattern: {
        source: ['cdk-secure-mcp'],
        detailType: ['Detection Finding'],
        detail: {
          class_uid: [2004],
          activity_id: [1],
          metadata: { event_code: detections.map((id) => `detection.${id}`) },
        },
      },
      targets: [new LambdaTarget(operator, { retryAttempts: 2 })],
    });
  }
}
