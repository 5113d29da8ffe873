import { ok } from '../../oauth/result.ts';
import type { RevocationKind } from '../../oauth/revocation.ts';
import { loggedClientId } from '../authorization-server/client-registry.ts';
import { digest } from '../authorization-server/digest.ts';
import type { OperatorTask, Outcome } from './actions.ts';

/**
 * Blocks hold for new sign-ins and refreshes within two seconds and for access tokens within
 * seven, until they are lifted. All are idempotent.
 */

const atOnce = 25;

const put = ({ store, secondsNow }: OperatorTask, kind: RevocationKind, value: string) =>
  store.putRevocation({ kind, digest: digest(value), revokedAt: secondsNow() });

/**
 * Access tokens do not say which client the user approved, so those of the client are ended by
 * their sign-ins. A machine client's, and everybody's who came through one app client of Cognito,
 * do say so: blocking the broker's own app client locks everybody out.
 */
export const blockClient = async (task: OperatorTask, clientId: string): Promise<Outcome> => {
  const wanted = loggedClientId(clientId);
  await put(task, 'client', wanted);
  task.steps.push('client_blocked');
  const signIns = await task.store.signInsOfClient((id) => loggedClientId(id) === wanted);
  for (let index = 0; index < signIns.length; index += atOnce)
    await Promise.all(signIns.slice(index, index + atOnce).map((id) => put(task, 'sign-in', id)));
  task.steps.push('access_tokens_revoked');
  return ok({ revokedSignIns: signIns.length });
};

/** Grants that were not ended otherwise work again. */
export const unblockClient = async (task: OperatorTask, clientId: string): Promise<Outcome> => {
  await task.store.deleteRevocation('client', digest(loggedClientId(clientId)));
  task.steps.push('client_unblocked');
  return ok({});
};

/** Access tokens name their tenant, so nothing else has to be ended. */
export const blockTenant = async (task: OperatorTask, tenant: string): Promise<Outcome> => {
  await put(task, 'tenant', tenant);
  task.steps.push('tenant_blocked');
  return ok({});
};

export const unblockTenant = async (task: OperatorTask, tenant: string): Promise<Outcome> => {
  await task.store.deleteRevocation('tenant', digest(tenant));
  task.steps.push('tenant_unblocked');
  return ok({});
};
