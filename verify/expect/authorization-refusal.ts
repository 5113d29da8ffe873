import { type Outcome, Unmet, verdict } from '../check.ts';
import { authorizationBriefly, type Parameters } from '../oauth/authorization.ts';
import type { Client } from '../oauth/client.ts';
import type { Target } from '../target.ts';

/** An honest request with one thing wrong must end here: no page for a person, no code. */
export const requestIsRefused = async (
  target: Target,
  changes: Parameters,
  error?: string,
): Promise<Outcome> => {
  const { answer, read } = await target.authorizationServer.authorize(changes);
  const { redirectUri } = await target.authorizationServer.client();
  const isRightError =
    read.kind !== 'error' || error === undefined || read.parameters.get('error') === error;
  return verdict(
    (read.kind === 'error' || read.kind === 'refused') && isRightError,
    authorizationBriefly(answer, redirectUri),
    error === undefined ? 'an error' : `error=${error}`,
  );
};

/** What depends on honest requests says nothing where they fail. */
const assertHonestGoesOn = async ({ authorizationServer }: Target): Promise<void> => {
  const { kind } = (await authorizationServer.honest()).read;
  if (kind !== 'proceeds' && kind !== 'code') throw new Unmet('not even an honest request goes on');
};

/** An honest but unusual request must not be refused. */
export const requestGoesOn = async (
  target: Target,
  changes: Parameters,
  client?: Client,
): Promise<Outcome> => {
  await assertHonestGoesOn(target);
  const { answer, read } = await target.authorizationServer.authorize(changes, client);
  const redirectUri =
    client?.redirectUri ?? (await target.authorizationServer.client()).redirectUri;
  return verdict(
    read.kind === 'proceeds' || read.kind === 'code',
    authorizationBriefly(answer, changes.redirect_uri ?? redirectUri),
    'the sign-in goes on',
  );
};
