import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { VerificationUser } from './verification-user.ts';

/** Before there is a user, CloudFormation still wants a name to delete. */
const noUser = 'no-user';

const groupsIn = (properties: Readonly<Record<string, unknown>>): readonly string[] => {
  const { Groups: groups } = properties;
  return Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [];
};

const perform = async (
  event: CloudFormationCustomResourceEvent,
  user: VerificationUser,
): Promise<string> => {
  if (event.RequestType !== 'Delete') return user.ensure(groupsIn(event.ResourceProperties));
  if (event.PhysicalResourceId !== noUser) await user.remove(event.PhysicalResourceId);
  return event.PhysicalResourceId;
};

/** The name of the fault and what AWS says about it; requests, which hold the password, stay out. */
const inWords = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown fault';

/**
 * Does what CloudFormation asks and says how it went. Guarantees an answer whatever happens:
 * without one a deployment waits for an hour.
 *
 * @param compose called late, so that a broken configuration is answered too
 */
export const answerCloudFormation = async (
  event: CloudFormationCustomResourceEvent,
  compose: () => VerificationUser,
  send: typeof fetch,
): Promise<void> => {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  const before = 'PhysicalResourceId' in event ? event.PhysicalResourceId : noUser;
  const outcome = await (async () => perform(event, compose()))().then(
    (PhysicalResourceId) => ({ Status: 'SUCCESS', PhysicalResourceId }),
    (error: unknown) => ({
      Status: 'FAILED',
      Reason: inWords(error),
      PhysicalResourceId: before,
    }),
  );
  const answer = await send(ResponseURL, {
    method: 'PUT',
    // The URL is signed for a request without a type.
    headers: { 'content-type': '' },
    body: JSON.stringify({ StackId, RequestId, LogicalResourceId, ...outcome }),
  });
  if (!answer.ok) throw new Error(`CloudFormation answered ${answer.status}`);
};
