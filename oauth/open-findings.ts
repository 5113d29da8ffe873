import type { DetectionDetails, FindingEvidence } from './detection-finding.ts';
import type { Tally } from './detection-lines.ts';
import type { DetectionId } from './detection-rules.ts';
import type { Observation } from './observation.ts';
import { startOfWindow } from './sliding-count.ts';

/**
 * What is going on right now. One `create` per rule, key and window; an `update` every five minutes
 * while it goes on, or at once when it gets worse; one `close` when it has been quiet.
 */

export interface FindingKind {
  readonly id: DetectionId;
  readonly title: string;
  readonly severity: 2 | 3 | 4 | 5;
  readonly windowSeconds: number;
  readonly analytic: 'rule' | 'statistical';
}

export interface OpenFindings {
  /** The rule's line is crossed by this event. Says what is to be reported, if anything. */
  readonly report: (
    key: string,
    observation: Observation,
    tally: Tally,
  ) => DetectionDetails | undefined;
  /** A stricter line of the same rule and key is crossed, too. */
  readonly escalate: (
    key: string,
    observation: Observation,
    severity: FindingKind['severity'],
  ) => DetectionDetails | undefined;
  /** Ends what has been quiet. */
  readonly sweep: (time: number) => readonly DetectionDetails[];
  readonly size: () => number;
  readonly isOpen: (key: string) => boolean;
  /** After so long without an event a finding ends. */
  readonly quietMs: number;
}

interface OpenFinding {
  severity: FindingKind['severity'];
  readonly windowStartedAt: number;
  readonly firstSeenAt: number;
  lastSeenAt: number;
  lastToldAt: number;
  events: number;
  readonly evidences: FindingEvidence[];
  readonly tenant?: string;
}

const updateMs = 5 * 60_000;
/** Nobody is told about more keys of one rule at a time: the rest becomes one finding. */
const maxOpen = 100;
const otherKeys = '(others)';

const maxEvidences = 10;

const evidenceOf = (observation: Observation, counts: Tally['counts']): FindingEvidence => {
  const { address, subject, client, operation, target, reason, correlationId } = observation;
  return {
    ...(address !== undefined && { clientAddress: address }),
    ...(subject !== undefined && { subject }),
    ...(client !== undefined && { clientId: client }),
    ...(operation !== undefined && { operation: target ? `${operation} ${target}` : operation }),
    ...(reason !== undefined && { reason }),
    ...(counts && { counts }),
    correlationIds: [correlationId],
  };
};

const traceOf = ({
  clientAddress,
  subject,
  clientId,
  operation,
  reason,
}: FindingEvidence): string => [clientAddress, subject, clientId, operation, reason].join('\n');

/** The same trace again only adds where to read about it. */
const addEvidence = (evidences: FindingEvidence[], evidence: FindingEvidence): void => {
  const trace = traceOf(evidence);
  const index = evidences.findIndex((known) => traceOf(known) === trace);
  const known = evidences[index];
  if (known) {
    const correlationIds = [...(known.correlationIds ?? []), ...(evidence.correlationIds ?? [])];
    evidences[index] = { ...evidence, correlationIds: correlationIds.slice(0, maxEvidences) };
  } else if (evidences.length < maxEvidences) evidences.push(evidence);
};

const detailsOf = (
  { id: ruleId, title, analytic }: FindingKind,
  key: string,
  { lastToldAt: _, events, evidences, ...known }: OpenFinding,
  activity: DetectionDetails['activity'],
): DetectionDetails => ({
  ruleId,
  title,
  analytic,
  activity,
  key,
  relatedEvents: events,
  ...known,
  evidences: [...evidences],
});

export const createOpenFindings = (kind: FindingKind): OpenFindings => {
  const open = new Map<string, OpenFinding>();
  const quietMs = Math.max(kind.windowSeconds * 1000, updateMs);

  const create = (key: string, observation: Observation, tally: Tally): DetectionDetails => {
    const { time, tenant } = observation;
    const finding: OpenFinding = {
      severity: kind.severity,
      windowStartedAt: startOfWindow(time, kind.windowSeconds),
      firstSeenAt: Math.min(tally.firstAt, time),
      lastSeenAt: time,
      lastToldAt: time,
      events: tally.events,
      evidences: [evidenceOf(observation, tally.counts)],
      ...(tenant !== undefined && { tenant }),
    };
    open.set(key, finding);
    return detailsOf(kind, key, finding, 'create');
  };

  const continueWith = (
    key: string,
    finding: OpenFinding,
    observation: Observation,
    tally: Tally,
  ): DetectionDetails | undefined => {
    finding.events += tally.added ?? 1;
    finding.lastSeenAt = observation.time;
    addEvidence(finding.evidences, evidenceOf(observation, tally.counts));
    if (observation.time - finding.lastToldAt < updateMs) return undefined;
    finding.lastToldAt = observation.time;
    return detailsOf(kind, key, finding, 'update');
  };

  return {
    report: (wanted, observation, tally) => {
      const key = open.has(wanted) || open.size < maxOpen ? wanted : otherKeys;
      const finding = open.get(key);
      return finding
        ? continueWith(key, finding, observation, tally)
        : create(key, observation, tally);
    },
    escalate: (key, { time }, severity) => {
      const finding = open.get(key);
      if (!finding || finding.severity >= severity) return undefined;
      finding.severity = severity;
      finding.lastToldAt = time;
      return { ...detailsOf(kind, key, finding, 'update'), isAlert: true };
    },
    sweep: (time) => {
      const closed = [...open].filter(([, { lastSeenAt }]) => time - lastSeenAt >= quietMs);
      for (const [key] of closed) open.delete(key);
      return closed.map(([key, finding]) => detailsOf(kind, key, finding, 'close'));
    },
    size: () => open.size,
    isOpen: (key) => open.has(key),
    quietMs,
  };
};
