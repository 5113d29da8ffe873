import {
  Alarm,
  AlarmRule,
  AlarmState,
  CompositeAlarm,
  type IAlarmAction,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { PlannedAlarm } from './planned-alarm.ts';

export interface AlarmsProps {
  readonly alarms: readonly PlannedAlarm[];
  /** Told by every alarm. @default - nobody is told */
  readonly alarmTopic?: ITopic;
  /** Told by the one alarm that stands for all urgent ones. @default - `alarmTopic` */
  readonly pageTopic?: ITopic;
  /** Urgent alarms that are there already and tell nobody yet. @default - none */
  readonly existingAlarms?: readonly Alarm[];
  /** Where docs/runbooks/ is found on the web, without a slash at the end. @default - the path in the package */
  readonly runbookUrl?: string;
  /** Whether one alarm stands for all urgent ones, for 0.50 USD a month. */
  readonly hasPage: boolean;
}

/** What an alarm says to whoever is woken: one sentence, and where to read on. */
export const describeAlarm = (
  says: string,
  runbook: string,
  runbookUrl = 'docs/runbooks',
): string => `${says}. Runbook: ${runbookUrl}/${runbook}`;

/** Alarms as planned, each with its runbook; and `Page`, which rings while any urgent one does. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];
  readonly page?: CompositeAlarm;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { alarmTopic, pageTopic = alarmTopic, existingAlarms = [] } = props;
    const created = props.alarms.map((alarm) => this.createAlarm(alarm, props.runbookUrl));
    this.all = [...created, ...existingAlarms];
    if (alarmTopic) for (const alarm of this.all) tell(alarm, new SnsAction(alarmTopic));
    const isUrgent = (_: Alarm, index: number) => props.alarms[index]?.isUrgent ?? true;
    const urgent = this.all.filter(isUrgent);
    if (props.hasPage && urgent.length > 0)
      this.page = this.createPage(urgent, pageTopic && new SnsAction(pageTopic));
  }

  private createAlarm(planned: PlannedAlarm, runbookUrl: string | undefined): Alarm {
    return new Alarm(this, planned.id, {
      metric: planned.metric,
      threshold: planned.threshold,
      comparisonOperator: planned.comparisonOperator,
      evaluationPeriods: planned.evaluationPeriods,
      datapointsToAlarm: planned.datapointsToAlarm,
      treatMissingData: planned.treatMissingData,
      alarmDescription: describeAlarm(planned.says, planned.runbook, runbookUrl),
    });
  }

  private createPage(urgent: readonly Alarm[], action: IAlarmAction | undefined): CompositeAlarm {
    const page = new CompositeAlarm(this, 'Page', {
      alarmRule: AlarmRule.anyOf(
        ...urgent.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM)),
      ),
      alarmDescription:
        'Something cannot wait until the morning: see which alarms are in state ALARM, each names its runbook',
    });
    if (action) tell(page, action);
    return page;
  }
}

/** When it begins, and when it is over. */
const tell = (alarm: Alarm | CompositeAlarm, action: IAlarmAction): void => {
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
};
