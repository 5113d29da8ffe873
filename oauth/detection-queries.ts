import { suspiciousRefusals } from './detection-matches.ts';
import { type DetectionSettings, defaultDetectionSettings } from './detection-settings.ts';

/**
 * The detections that need the merged log, as the texts that CloudWatch runs. Each query is run for
 * the last window of its rule; every row that comes back is a finding.
 */

export type QueryDetection =
  | 'token_from_many_networks'
  | 'authorization_failures'
  | 'log_loss'
  | 'impossible_consent_rate';

// Either the first three numbers of an IPv4 address or the first three groups of an IPv6 one.
const siteOfAddress =
  'parse src_endpoint.ip /^(?<site>(?:\\d+\\.\\d+\\.\\d+)|(?:[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F]*))/';

const suspicious = `status_code in [${suspiciousRefusals.map((reason) => `"${reason}"`).join(', ')}]`;

/** Logs Insights, one text per rule. The thresholds are those of the settings. */
export const detectionQueries = (
  settings: DetectionSettings = defaultDetectionSettings,
): Readonly<Record<QueryDetection, { readonly text: string; readonly windowSeconds: number }>> => {
  const {
    token_from_many_networks: networks,
    authorization_failures: failures,
    log_loss: loss,
    impossible_consent_rate: consents,
  } = settings;
  return {
    token_from_many_networks: {
      windowSeconds: networks.windowSeconds,
      text: [
        'filter metadata.event_code = "access.allowed" and ispresent(actor.session.uid)',
        siteOfAddress,
        'stats count_distinct(site) as sites, count(*) as calls, earliest(@timestamp) as first, latest(@timestamp) as last by actor.session.uid as access_token, actor.user.uid as subject',
        `filter sites >= ${networks.threshold}`,
      ].join('\n| '),
    },
    authorization_failures: {
      windowSeconds: failures.windowSeconds,
      text: [
        `filter metadata.event_code in ["authorization.failed", "token.refused"] and ${suspicious}`,
        'stats count(*) as failures, count_distinct(status_code) as reasons, earliest(@timestamp) as first, latest(@timestamp) as last by coalesce(actor.app_uid, src_endpoint.ip) as client_or_address',
        `filter failures >= ${failures.threshold}`,
      ].join('\n| '),
    },
    log_loss: {
      windowSeconds: loss.windowSeconds,
      // count(*) and not count_distinct: that one is an approximation, and would find gaps that are
      // none. A line delivered twice can hide a lost one.
      text: [
        'filter ispresent(metadata.sequence)',
        'stats max(metadata.sequence) - min(metadata.sequence) + 1 - count(*) as missing, latest(@timestamp) as last by @log as log, @logStream as task',
        `filter missing >= ${loss.threshold}`,
      ].join('\n| '),
    },
    impossible_consent_rate: {
      windowSeconds: consents.windowSeconds,
      text: [
        'filter metadata.event_code = "authorization.completed"',
        'stats count(*) as connections, count_distinct(actor.app_uid) as clients, earliest(@timestamp) as first, latest(@timestamp) as last by coalesce(actor.user.uid, user.uid) as subject',
        `filter connections >= ${consents.threshold}`,
      ].join('\n| '),
    },
  };
};

/** CloudWatch metric filter patterns: how often in a period is compared by the alarm. */
export const detectionPatterns = {
  /** D7, for the second line: the whole fleet. */
  registration_flood:
    '{ ($.metadata.event_code = "client.registered") || ($.metadata.event_code = "client.rejected") }',
  /** D15: events that confess a loss. */
  log_loss: '{ $.metadata.event_code = "log.dropped" }',
} as const;

/**
 * D16 as metric math over a period of the rule's window: below `threshold`, most of those who
 * brought an access token were refused. With few calls it says 1, because one refusal of two at
 * night is no collapse.
 */
export const acceptanceRatio = ({
  acceptance_collapse: { threshold, ratio = 0.5, windowSeconds },
}: DetectionSettings = defaultDetectionSettings) => ({
  expression: `IF(allowed + refused >= ${threshold}, allowed / (allowed + refused), 1)`,
  /** Sums of these, by the names that stand in the expression. */
  metrics: { allowed: 'Calls_allowed', refused: 'Calls_unauthenticated' } as const,
  threshold: ratio,
  periodSeconds: windowSeconds,
});
