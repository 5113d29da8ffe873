import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { defaultThresholds } from './alarm-thresholds.ts';
import { type PlannedAlarm, planned } from './planned-alarm.ts';

/**
 * The firewall blocks far more than usual. Its metrics are in us-east-1, and an alarm has to be where
 * its metric is.
 *
 * @param webAclMetric name that the web ACL's own metrics have
 */
export const blockedRequestsAlarm = (
  webAclMetric: string,
  threshold = defaultThresholds.blockedRequests,
): PlannedAlarm =>
  planned({
    id: 'BlockedRequests',
    says: 'The firewall blocks many requests',
    runbook: 'blocked-requests.md',
    threshold,
    metric: new Metric({
      namespace: 'AWS/WAFV2',
      metricName: 'BlockedRequests',
      dimensionsMap: { WebACL: webAclMetric, Rule: 'ALL' },
      statistic: Stats.SUM,
      period: Duration.minutes(5),
    }),
  });
