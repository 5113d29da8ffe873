import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Fetch } from './fetch-document.ts';

/** The part of a deployment that waits for the first copy. */

export type DeploymentEvent = Pick<
  CloudFormationCustomResourceEvent,
  'RequestType' | 'ResponseURL' | 'StackId' | 'RequestId' | 'LogicalResourceId'
>;

/** Whether CloudFormation asks, and not the schedule. */
export const isDeployment = (event: unknown): event is DeploymentEvent =>
  typeof event === 'object' && event !== null && 'RequestType' in event && 'ResponseURL' in event;

/**
 * Tells CloudFormation how it went.
 *
 * @param problem absent if all is well; shown in the console, so without secrets
 * @throws Error when CloudFormation's own storage refuses the answer
 */
export const answerDeployment = async (
  event: DeploymentEvent,
  problem: string | undefined,
  fetch: Fetch,
): Promise<void> => {
  const { ResponseURL, StackId, RequestId, LogicalResourceId } = event;
  const response = await fetch(ResponseURL, {
    method: 'PUT',
    body: JSON.stringify({
      Status: problem === undefined ? 'SUCCESS' : 'FAILED',
      Reason: problem ?? 'keys are published',
      // The same for ever: an update never makes CloudFormation delete what it has just updated.
      PhysicalResourceId: 'published-keys',
      StackId,
      RequestId,
      LogicalResourceId,
    }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`CloudFormation took no answer: status ${response.status}`);
};
