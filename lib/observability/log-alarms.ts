import { Aws } from 'aws-cdk-lib';
import { CfnLogAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CompositePrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { detectionQueries, type QueryDetection } from '../../oauth/detection-queries.ts';
import { detectionRule } from '../../oauth/detection-rules.ts';
import type { DetectionSettings } from '../../oauth/detection-settings.ts';
import { detectionAlarmId } from './detection-alarms.ts';

/**
 * Detections that only the merged log of all tasks shows, as alarms on queries that CloudWatch runs
 * on a schedule: every row that comes back is a finding, and one is enough.
 */

/** The newest lines are left alone so long: what is still on its way is not lost, nor absent. */
const settleSeconds: Readonly<Record<QueryDetection, number>> = {
  token_from_many_networks: 60,
  authorization_failures: 60,
  impossible_consent_rate: 60,
  log_loss: 300,
};

/** How many rows there are: what would follow `stats` after the query's own. */
const rowCount = 'count(*)';

export interface LogAlarmsProps {
  readonly logGroups: readonly ILogGroup[];
  /** Thresholds, and which are off. */
  readonly settings: DetectionSettings;
  /** Description of an alarm, with its runbook in it. */
  readonly describe: (says: string, runbook: string) => string;
  /** ARNs of what is told. */
  readonly actions: readonly string[];
}

export class LogAlarms extends Construct {
  constructor(scope: Construct, id: string, props: LogAlarmsProps) {
    super(scope, id);
    const role = this.createRole(props.logGroups);
    for (const detection of Object.keys(settleSeconds) as QueryDetection[])
      if (props.settings[detection].mode !== 'off') this.createAlarm(detection, role, props);
  }

  private createRole(logGroups: readonly ILogGroup[]): Role {
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    const role = new Role(this, 'Role', {
      description: 'Runs the queries behind log alarms',
      // The alarm service has the log service run the query: both have to be let in.
      assumedBy: new CompositePrincipal(
        new ServicePrincipal('cloudwatch.amazonaws.com', { conditions }),
        new ServicePrincipal('logs.amazonaws.com', { conditions }),
      ),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:StartQuery', 'logs:StopQuery', 'logs:GetQueryResults'],
        resources: logGroups.map(({ logGroupArn }) => logGroupArn),
      }),
    );
    return role;
  }

  private createAlarm(detection: QueryDetection, role: Role, props: LogAlarmsProps): void {
    const { number, title, runbook } = detectionRule(detection);
    const { text, windowSeconds } = detectionQueries(props.settings)[detection];
    const settle = settleSeconds[detection];
    // Twice per window, so that what spans the edge of one run is whole in the next. A window of one
    // minute is looked at once, which is as often as a schedule can: less would leave every second out.
    const minutes = Math.max(1, Math.round(windowSeconds / 120));
    const alarm = new CfnLogAlarm(this, detectionAlarmId(detection, 'Log'), {
      alarmDescription: props.describe(`${number}: ${title}`, runbook),
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      queryResultsToAlarm: 1,
      queryResultsToEvaluate: 1,
      // No row, no result: nothing happened.
      treatMissingData: 'notBreaching',
      alarmActions: [...props.actions],
      scheduledQueryConfiguration: {
        queryString: text,
        aggregationExpression: rowCount,
        logGroupIdentifiers: props.logGroups.map(({ logGroupName }) => logGroupName),
        scheduledQueryRoleArn: role.roleArn,
        scheduleConfiguration: {
          scheduleExpression: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
          startTimeOffset: windowSeconds + settle,
          endTimeOffset: settle,
        },
      },
    });
    alarm.node.addDependency(role);
  }
}
