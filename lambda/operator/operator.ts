import { err, ok, type Result } from '../../oauth/result.ts';
import type { EventContext, EventDetails, SecurityLog } from '../../oauth/security-event.ts';
import {
  type OperatorResult,
  type OperatorStep,
  type OperatorTask,
  perform,
  type UserNotFound,
} from './actions.ts';
import { operatorEvent } from './operator-event.ts';
import {
  type OperatorRequest,
  parseOperatorRequest,
  type RequestProblems,
} from './operator-request.ts';

export type OperatorRefusal = RequestProblems | UserNotFound;

export interface OperatorParts extends Pick<OperatorTask, 'directory' | 'store'> {
  readonly securityLog: SecurityLog;
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
  return by === 'subject' ? { subject: value } : { grantId: value };
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
    const { subject, deletedGrants } = outcome.value;
    const evidence = evidenceOf(request, steps, deletedGrants);
    const details = { ...aim, ...(subject !== undefined && { subject }), evidence };
    record('operator.acted', details, request);
    return ok({ action: request.action, ...outcome.value, steps });
  } catch (error) {
    const evidence = evidenceOf(request, steps);
    record('fault.unexpected', { ...aim, reason: nameOf(error), evidence }, request);
    throw new OperatorFault(request.action, steps, error);
  }
};

/**
 * The operator's work on a confirmed detection. Guarantees: one security event per invocation,
 * whatever happens; results, events and faults hold no secret; every action can be run again.
 *
 * Does not check who invokes: IAM does. Does not decide whether the detection is right, does not end
 * access tokens, does not log the user name.
 *
 * @throws OperatorFault when Cognito or DynamoDB fails
 */
export const createOperator =
  ({ securityLog, now, ...parts }: OperatorParts): Operator =>
  async (event, correlationId) => {
    const time = now();
    const context: EventContext = { time, correlationId, component: 'operator' };
    const record: RecordEvent = (name, details, request) =>
      securityLog.record(operatorEvent(name, context, details, request?.action));
    const request = parseOperatorRequest(event);
    if (!request.ok) {
      const { reason, problems } = request.error;
      record('operator.refused', { reason, evidence: { problems } });
      return err(request.error);
    }
    return run({ ...parts, seconds: Math.floor(time / 1000), steps: [] }, request.value, record);
  };
