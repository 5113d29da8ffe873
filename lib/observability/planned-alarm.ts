import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm before it is made: what it watches, when it rings, and where to read what to do. */
export interface PlannedAlarm {
  /** PascalCase: the construct's id. */
  readonly id: string;
  /** One sentence for whoever is woken. */
  readonly says: string;
  /** Below docs/runbooks/. */
  readonly runbook: string;
  /** Whether it wakes somebody; the others wait for the morning. */
  readonly isUrgent: boolean;
  /** Whether it belongs to the few that cost nothing. */
  readonly isEssential: boolean;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Of `evaluationPeriods`, how many have to be over. */
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly comparisonOperator: ComparisonOperator;
  readonly treatMissingData: TreatMissingData;
}

type Required = Pick<PlannedAlarm, 'id' | 'says' | 'runbook' | 'metric' | 'threshold'>;

/** At or above the threshold, once, and silence is fine: the other cases say so. */
export const planned = (alarm: Required & Partial<PlannedAlarm>): PlannedAlarm => ({
  isUrgent: false,
  isEssential: false,
  datapointsToAlarm: 1,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
  ...alarm,
});

/** A formula over metrics; one that has no value in a period counts as zero with `FILL`. */
export const formula = (
  label: string,
  expression: string,
  usingMetrics: Readonly<Record<string, IMetric>>,
  period = Duration.minutes(5),
): MathExpression =>
  new MathExpression({ label, expression, usingMetrics: { ...usingMetrics }, period });
