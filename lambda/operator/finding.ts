import { type DetectionId, detectionIds, detectionRule } from '../../oauth/detection-rules.ts';
import type { DetectionSettings } from '../../oauth/detection-settings.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import { isSubject } from './operator-request.ts';

/**
 * A Detection Finding, as EventBridge delivers it, → what is to be done about it. A finding comes
 * from a log: it can be forged by whoever can write there, so it can end access and never give any.
 */

export const findingSource = 'cdk-secure-mcp';
export const findingDetailType = 'Detection Finding';

interface Finding {
  readonly class_uid?: unknown;
  readonly activity_id?: unknown;
  readonly finding_info?: { readonly uid?: unknown };
  readonly evidences?: readonly { readonly user?: { readonly uid?: unknown } }[];
  readonly metadata?: { readonly event_code?: unknown };
}

export interface FindingEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Finding;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isFindingEvent = (event: unknown): event is FindingEvent =>
  isRecord(event) &&
  event.source === findingSource &&
  event['detail-type'] === findingDetailType &&
  isRecord(event.detail);

export type FindingRefusal =
  | 'finding_malformed'
  /** Not a new finding: an update or a close. */
  | 'finding_not_new'
  | 'response_off'
  /** Several subjects, or none, or one that is no user of the pool. */
  | 'subject_unclear';

const detectionOf = (finding: Finding): DetectionId | undefined =>
  detectionIds.find((id) => finding.metadata?.event_code === `detection.${id}`);

/** The one user it is about. Several: whose access would be ended is a person's decision. */
const subjectOf = ({ evidences }: Finding): string | undefined => {
  if (!Array.isArray(evidences)) return undefined;
  const subjects = new Set(evidences.map(({ user }) => user?.uid));
  const [subject, ...others] = subjects;
  const isOne = typeof subject === 'string' && others.length === 0 && isSubject(subject);
  return isOne ? subject : undefined;
};

/** The event of an invocation that {@link parseOperatorRequest} takes, or why nothing is done. */
export const requestOfFinding = (
  { detail }: FindingEvent,
  settings: DetectionSettings,
): Result<object, FindingRefusal> => {
  const id = detectionOf(detail);
  const uid = detail.finding_info?.uid;
  if (detail.class_uid !== 2004 || !id || typeof uid !== 'string') return err('finding_malformed');
  if (detail.activity_id !== 1) return err('finding_not_new');
  const { response } = detectionRule(id);
  if (settings[id].mode !== 'respond' || response === undefined) return err('response_off');
  const subject = subjectOf(detail);
  if (subject === undefined) return err('subject_unclear');
  return ok({ action: response, subject, reference: uid.slice(0, 128) });
};
