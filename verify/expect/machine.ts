import { Unmet } from '../check.ts';
import type { Answer } from '../http/answer.ts';
import type { Client } from '../oauth/client.ts';
import type { Target } from '../target.ts';

/** @throws Unmet when no machine client was given */
export const machineOf = ({ credentials }: Target): Client => {
  const { machineId: clientId, machineSecret: clientSecret } = credentials;
  if (clientId === undefined || clientSecret === undefined)
    throw new Unmet('no machine client was given (--machine-id)');
  return { clientId, clientSecret, redirectUri: '' };
};

/** The answer to a request for a token without a person, for some of the scopes or for all. */
export const machineAnswer = (target: Target, scope?: string): Promise<Answer> =>
  target.authorizationServer.tokenAs(machineOf(target), {
    grant_type: 'client_credentials',
    scope,
  });
