import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { type DetectionId, detectionIds, detectionRule } from '../../oauth/detection-rules.ts';
import {
  type DetectionSettings,
  defaultDetectionSettings,
} from '../../oauth/detection-settings.ts';
import type { AlarmThresholds } from './alarm-thresholds.ts';
import { formula, type PlannedAlarm, planned } from './planned-alarm.ts';
import type { ServerMetrics } from './server-metrics.ts';

/**
 * An alarm for each detection. What a process or the authorization server finds arrives as a count of
 * findings; what the whole fleet shows is a count of all tasks; both where both help. What only a
 * query over the merged log shows is in log-alarms.ts.
 */

type Thresholds = Required<AlarmThresholds>;
type FleetAlarm = (
  metrics: ServerMetrics,
  thresholds: Thresholds,
) => Pick<PlannedAlarm, 'metric' | 'threshold'> & Partial<PlannedAlarm>;

/** Whether code of ours makes findings of this detection, of which each is an event. */
const hasFindings = (id: DetectionId): boolean => {
  const { computedIn, alsoIn = [] } = detectionRule(id);
  return [computedIn, ...alsoIn].some((place) => place === 'process' || place === 'broker');
};

/** Formulas over steady metrics only: where one of the others has no value, the formula has none. */
const fleetAlarms: Partial<Record<DetectionId, FleetAlarm>> = {
  invalid_token_burst: (metrics, { invalidTokens }) => ({
    threshold: invalidTokens,
    metric: formula('invalid access tokens', 'FILL(malformed, 0) + FILL(signature, 0)', {
      malformed: metrics.refusals('malformed'),
      signature: metrics.refusals('signature_invalid'),
    }),
  }),
  registration_flood: (metrics, { registrations }) => ({
    threshold: registrations,
    metric: metrics.logins('registered', { period: Duration.hours(1) }),
  }),
  log_loss: (metrics) => ({ threshold: 1, metric: metrics.logLinesDropped() }),
  acceptance_collapse: (metrics, { acceptanceRatio, acceptanceCalls }) => ({
    threshold: acceptanceRatio,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    // Few calls are no share: one refusal of two at night wakes nobody.
    metric: formula(
      'share of allowed calls',
      `IF(FILL(allowed, 0) + FILL(refused, 0) >= ${acceptanceCalls}, FILL(allowed, 0) / (FILL(allowed, 0) + FILL(refused, 0)), 1)`,
      { allowed: metrics.calls('allowed'), refused: metrics.calls('unauthenticated') },
    ),
  }),
};

const pascalCase = (id: string): string =>
  id.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Construct id of the alarm on findings, or on the fleet's counts, of a detection. */
export const detectionAlarmId = (id: DetectionId, of: 'Findings' | 'Fleet' | 'Log'): string =>
  pascalCase(id) + of;

const alarmsOf = (
  id: DetectionId,
  metrics: ServerMetrics,
  thresholds: Thresholds,
): readonly PlannedAlarm[] => {
  const { number, title, runbook, severity, second } = detectionRule(id);
  const common = {
    says: `${number}: ${title}`,
    runbook,
    // Severity high: an account or the log itself is in danger while everybody sleeps.
    isUrgent: Math.max(severity, second?.severity ?? 0) >= 4,
  };
  const fleet = fleetAlarms[id]?.(metrics, thresholds);
  const findings = { metric: metrics.detections(id), threshold: 1 };
  return [
    ...(hasFindings(id)
      ? [planned({ ...common, id: detectionAlarmId(id, 'Findings'), ...findings })]
      : []),
    ...(fleet ? [planned({ ...common, id: detectionAlarmId(id, 'Fleet'), ...fleet })] : []),
  ];
};

export const detectionAlarms = (
  metrics: ServerMetrics,
  thresholds: Thresholds,
  settings: DetectionSettings = defaultDetectionSettings,
): readonly PlannedAlarm[] =>
  detectionIds
    .filter((id) => settings[id].mode !== 'off')
    .flatMap((id) => alarmsOf(id, metrics, thresholds));
