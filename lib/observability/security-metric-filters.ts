import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { detectionDimension, detectionsMetric, severeEventsMetric } from './server-metrics.ts';

/** A new finding, once: updates and the end of one are events too. */
const newFindingPattern = '{ ($.class_uid = 2004) && ($.activity_id = 1) }';
const findingNamePath = '$.metadata.event_code';

/** High and critical, of every component. */
const severeEventPattern = '{ $.severity_id >= 4 }';

export interface SecurityMetricFiltersProps {
  readonly namespace: string;
  /** By a name that becomes part of construct ids. */
  readonly logGroups: Readonly<Record<string, ILogGroup>>;
}

/**
 * Counts taken from the log itself, so that they hold whoever writes a line. Only what comes from
 * closed lists is a dimension: ids of detections. Reasons are counted by the servers (EMF), because
 * a filter cannot put those that are not worth a metric together as `other`.
 */
export class SecurityMetricFilters extends Construct {
  constructor(scope: Construct, id: string, { namespace, logGroups }: SecurityMetricFiltersProps) {
    super(scope, id);
    for (const [name, logGroup] of Object.entries(logGroups)) {
      new MetricFilter(this, `${name}Findings`, {
        logGroup,
        filterPattern: FilterPattern.literal(newFindingPattern),
        metricNamespace: namespace,
        metricName: detectionsMetric,
        metricValue: '1',
        dimensions: { [detectionDimension]: findingNamePath },
      });
      new MetricFilter(this, `${name}SevereEvents`, {
        logGroup,
        filterPattern: FilterPattern.literal(severeEventPattern),
        metricNamespace: namespace,
        metricName: severeEventsMetric,
        metricValue: '1',
      });
    }
  }
}
