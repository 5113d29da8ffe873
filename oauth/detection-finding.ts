import {
  type EventContext,
  eventMetadata,
  printable,
  type SecurityEvent,
  withoutUndefined,
} from './security-event.ts';

/** A finding is made once, repeated while it goes on, and ended: OCSF 2004 activities 1, 2 and 3. */
export type FindingActivity = 'create' | 'update' | 'close';

/** One trace of what a detection rule saw. At least one member must be known. */
export interface FindingEvidence {
  readonly clientAddress?: string;
  readonly subject?: string;
  /** The app client of the token, or the MCP client where the broker saw it. */
  readonly clientId?: string;
  /** MCP method, or `METHOD path` of the broker. */
  readonly operation?: string;
  /** Reason of the refusal that was counted. */
  readonly reason?: string;
  /** Correlation ids of events that were counted: where an analyst starts to read. */
  readonly correlationIds?: readonly string[];
  /** Other counts and values, such as the number of distinct networks. */
  readonly counts?: Readonly<Record<string, number | string>>;
}

export interface DetectionDetails {
  /** Stable, snake_case; becomes `detection.<ruleId>`. */
  readonly ruleId: string;
  /** What happened, in a few words, without values. */
  readonly title: string;
  readonly activity: FindingActivity;
  readonly severity: 1 | 2 | 3 | 4 | 5;
  /** What the rule counts by: an address, a subject, a client id, or a keyed hash. Never a secret. */
  readonly key: string;
  /** Milliseconds since the epoch; with rule and key it makes the finding's id. */
  readonly windowStartedAt: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** How many events were counted so far. */
  readonly relatedEvents: number;
  readonly evidences: readonly FindingEvidence[];
  /** How the rule decides: a fixed threshold, or a deviation from what is usual. */
  readonly analytic?: 'rule' | 'statistical';
  /** Whether somebody should be told. @default - true for `create` of severity 3 and above */
  readonly isAlert?: boolean;
  readonly tenant?: string;
}

const detectionFindingClass = {
  category_uid: 2,
  class_uid: 2004,
  class_name: 'Detection Finding',
} as const;

// OCSF status_id of a finding says how far people are with it, not whether something succeeded.
const activities = {
  create: { activity_id: 1, status_id: 1 },
  update: { activity_id: 2, status_id: 2 },
  close: { activity_id: 3, status_id: 4 },
} as const satisfies Record<FindingActivity, { activity_id: number; status_id: number }>;

const analyticTypes = { rule: 1, statistical: 3 } as const;

// Ten traces show a pattern; more would not fit into one log line.
const evidenceLimit = 10;
const correlationLimit = 10;

const dataOf = ({ reason, correlationIds, counts }: FindingEvidence) =>
  withoutUndefined({
    reason,
    correlation_uids: correlationIds?.slice(0, correlationLimit).map((id) => printable(id, 64)),
    ...(counts &&
      Object.fromEntries(
        Object.entries(counts).map(([name, value]) => [
          printable(name, 64),
          typeof value === 'string' ? printable(value) : value,
        ]),
      )),
  });

const evidenceOf = (evidence: FindingEvidence) => {
  const { clientAddress, subject, clientId, operation } = evidence;
  return withoutUndefined({
    src_endpoint: clientAddress === undefined ? undefined : { ip: printable(clientAddress, 64) },
    user: subject === undefined ? undefined : { uid: printable(subject) },
    actor: clientId === undefined ? undefined : { app_uid: printable(clientId, 256) },
    api: operation === undefined ? undefined : { operation: printable(operation) },
    data: dataOf(evidence),
  });
};

const isPresent = <T>(value: T | undefined): value is T => value !== undefined;

/** The id of a finding: the same rule, key and window always give the same one. */
export const findingId = ({
  ruleId,
  key,
  windowStartedAt,
}: Pick<DetectionDetails, 'ruleId' | 'key' | 'windowStartedAt'>): string =>
  `${ruleId}/${printable(key)}/${new Date(windowStartedAt).toISOString()}`;

/**
 * Builds one Detection Finding. Guarantees the attributes that OCSF requires of class 2004, and that
 * create, update and close of one window carry the same `finding_info.uid`.
 * Does not decide whether there is a finding, nor who is told.
 *
 * @see [OCSF Detection Finding](https://schema.ocsf.io/1.8.0/classes/detection_finding)
 */
export const detectionFinding = (
  context: EventContext,
  details: DetectionDetails,
): SecurityEvent => {
  const { activity_id, status_id } = activities[details.activity];
  const evidences = details.evidences.slice(0, evidenceLimit).map(evidenceOf).filter(isPresent);
  const uid = findingId(details);
  return {
    ...detectionFindingClass,
    activity_id,
    type_uid: detectionFindingClass.class_uid * 100 + activity_id,
    severity_id: details.severity,
    time: context.time,
    status_id,
    action_id: 3,
    disposition_id: 15,
    is_alert: details.isAlert ?? (details.activity === 'create' && details.severity >= 3),
    finding_info: {
      uid,
      title: printable(details.title, 256),
      analytic: {
        uid: details.ruleId,
        name: printable(details.title, 256),
        type_id: analyticTypes[details.analytic ?? 'rule'],
      },
      first_seen_time: details.firstSeenAt,
      last_seen_time: details.lastSeenAt,
      related_events_count: details.relatedEvents,
    },
    ...(evidences.length > 0 && { evidences }),
    metadata: eventMetadata(`detection.${details.ruleId}`, context, details.tenant),
  };
};
