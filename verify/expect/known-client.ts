import { type Outcome, Unmet } from '../check.ts';
import type { Target } from '../target.ts';
import { requestGoesOn } from './authorization-refusal.ts';

/** Whether a client that identifies itself by a metadata document gets as far as a page for a person. */
export const knownClientGoesOn = async (
  target: Target,
  clientId: string,
  redirectUri: string,
): Promise<Outcome> => {
  const { document } = await target.serverMetadata();
  if (document.client_id_metadata_document_supported !== true)
    throw new Unmet('client ID metadata documents are not supported here');
  const client = { clientId, redirectUri };
  const changes = { client_id: clientId, redirect_uri: redirectUri };
  return requestGoesOn(target, changes, client);
};
