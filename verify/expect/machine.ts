import { Unmet } from '../check.ts';
import type { Target } from '../target.ts';

/** @throws Unmet when no machine client was given */
export const machineOf = ({
  credentials: { clientId, clientSecret },
}: Target): { readonly clientId: string; readonly clientSecret: string } => {
  if (clientId === undefined || clientSecret === undefined)
    throw new Unmet('no machine client was given (--client-id)');
  return { clientId, clientSecret };
};
