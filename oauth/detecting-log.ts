import type { Detector } from './detection.ts';
import { type DetectionDetails, detectionFinding } from './detection-finding.ts';
import { observationOf } from './observation.ts';
import type { EventContext, SecurityEvent, SecurityLog } from './security-event.ts';

/** Where the findings of a detector become events of the log. */
export interface FindingLog {
  readonly securityLog: SecurityLog;
  readonly component: EventContext['component'];
}

const isFinding = ({ metadata }: SecurityEvent): boolean =>
  metadata.event_code.startsWith('detection.');

/** A finding belongs to the request that completed it, so that one id finds both. */
const correlationOf = ({ evidences }: DetectionDetails): string =>
  evidences.at(-1)?.correlationIds?.at(-1) ?? '0'.repeat(32);

/** Writes findings down, each in the severity of its rule. */
export const recordFindings = (
  { securityLog, component }: FindingLog,
  findings: readonly DetectionDetails[],
  time: number,
): void => {
  for (const finding of findings)
    securityLog.record(
      detectionFinding({ time, component, correlationId: correlationOf(finding) }, finding),
    );
};

/**
 * A log that also watches: every event is recorded first and then looked at, so that a detection can
 * neither delay nor lose it. Findings go into the same log, after the event that completed them.
 *
 * @param afterwards runs what it is given off the request's path; whatever it throws is its own
 */
export const detectingLog = (
  log: FindingLog,
  detector: Detector,
  afterwards: (work: () => void) => void,
): SecurityLog => ({
  record: (event) => {
    log.securityLog.record(event);
    if (isFinding(event)) return;
    afterwards(() => {
      const observation = observationOf(event);
      recordFindings(log, detector.observe(observation), observation.time);
    });
  },
});
