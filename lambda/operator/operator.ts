import {
  type DetectionSettings,
  defaultDetectionSettings,
} from '../../oauth/detection-settings.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import type { EventContext, EventDetails, SecurityLog } from '../../oauth/security-event.ts';
import { loggedClientId } from '../authorization-server/client-registry.ts';
import {
  type OperatorResult,
  type OperatorStep,
  type OperatorTask,
  perform,
  type UserNotFound,
} from './actions.ts';
import { type FindingRefusal, isFindingEvent, requestOfFinding } from './finding.ts';
import { operatorEvent } from './operator-event.ts';
import {
  type OperatorRequest,
  parseOperatorRequest,
  type RequestProblems,
} from './operator-request.ts';

export type OperatorRefusal = RequestProblems | UserNotFound | { readonly reason: FindingRefusal };

export interface OperatorParts extends Pick<OperatorTask, 'directory' | 'store'> {
  readonly securityLog: SecurityLog;
  /** Which findings may act. @default - none */
  readonly detections?: DetectionSettings;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Takes the event of one invocation and its id, which is also in CloudTrail, next to the caller. */
export type Operator = (
  event: unknown,
  correlationId: string,
) => Promise<Result<OperatorResult, OperatorRefusal>>;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** An action stopped half-way. The message says how far it got; running it again finishes it. */
export class OperatorFault extends Error {
  static readonly code = 'ERR_OPERATOR_INCOMPLETE';

  constructor(action: string, steps: readonly OperatorStep[], cause: unknown) {
    const done = steps.length > 0 ? steps.join(', ') : 'nothing';
    super(`${action} stopped by ${nameOf(cause)} after: ${done}; run it again`, { cause });
    this.name = 'OperatorFault';
  }
}

/** Whom a request names. A user name can be personal data and stays out of the log. */
const aimOf = (request: OperatorRequest): EventDetails => {
  if (request.action === 'list-app-clients' || request.target.by === 'username') return {};
  const { by, value } = request.target;
  switch (by) {
    case 'subject':
      return { subject: value };
    case 'grantId':
      return { grantId: value };
    case 'clientId':
      return { mcpClient: { id: loggedClientId(value) } };
    case 'tenant':
      return { tenant: value };
  }
};

const evidenceOf = (
  { action, reference }: OperatorRequest,
  steps: readonly OperatorStep[],
  deletedGrants?: readonly string[],
) => ({
  action,
  steps,
  ...(reference !== undefined && { reference }),
  // Their ids are in the answer; the log speaks of grants by keyed hashes, and there is no key here.
  ...(deletedGrants && { deletedGrantCount: deletedGrants.length }),
});

type RecordEvent = (
  name: Parameters<typeof operatorEvent>[0],
  details: EventDetails,
  request?: OperatorRequest,
) => void;

const run = async (
  task: OperatorTask,
  request: OperatorRequest,
  record: RecordEvent,
): Promise<Result<OperatorResult, OperatorRefusal>> => {
  const { steps } = task;
  const aim = aimOf(request);
  try {
    const outcome = await perform(task, request);
    if (!outcome.ok) {
      const details = { ...aim, ...outcome.error, evidence: evidenceOf(request, steps) };
      record('operator.refused', details, request);
      return outcome;
    }
    const { subject, deletedGrants, revokedSignIns } = outcome.value;
    const evidence = {
      ...evidenceOf(request, steps, deletedGrants),
      ...(revokedSignIns !== undefined && { revokedSignIns }),
    };
    const details = { ...aim, ...(subject !== undefined && { subject }), evidence };
    record('operator.acted', details, request);
    return ok({ action: request.action, ...outcome.value, steps });
  } catch (error) {
    const evidence = evidenceOf(request, steps);
    record('fault.unexpected', { ...aim, reason: nameOf(error), evidence }, request);
    throw new OperatorFault(request.action, steps, error);
  }
};

const uidOf = (event: unknown): string => {
  const { detail } = event as { detail?: { finding_info?: { uid?: unknown } } };
  return String(detail?.finding_info?.uid ?? 'none').slice(0, 128);
};

/**
 * The operator's work: on what a person asks for, or on a finding of a detection that is set to
 * respond, which EventBridge delivers. Guarantees: one security event per invocation,
 * whatever happens; results, events and faults hold no secret; every action can be run again.
 *
 * Does not check who invokes: IAM does. Does not decide whether the detection is right, does not log
 * the user name.
 *
 * @throws OperatorFault when Cognito or DynamoDB fails
 */
export const createOperator =
  ({
    securityLog,
    now,
    detections = defaultDetectionSettings,
    ...parts
  }: OperatorParts): Operator =>
  async (event, correlationId) => {
    const time = now();
    const context: EventContext = { time, correlationId, component: 'operator' };
    const record: RecordEvent = (name, details, request) =>
      securityLog.record(operatorEvent(name, context, details, request?.action));
    const asked = isFindingEvent(event) ? requestOfFinding(event, detections) : ok(event);
    if (!asked.ok) {
      record('operator.refused', { reason: asked.error, evidence: { finding: uidOf(event) } });
      return err({ reason: asked.error });
    }
    const request = parseOperatorRequest(asked.value);
    if (!request.ok) {
      const { reason, problems } = request.error;
      record('operator.refused', { reason, evidence: { problems } });
      return err(request.error);
    }
    const secondsNow = () => Math.floor(now() / 1000);
    const task = { ...parts, seconds: Math.floor(time / 1000), secondsNow, steps: [] };
    return run(task, request.value, record);
  };
