import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Rejection } from '../oauth/rejection.ts';
import { type Claims, isText } from '../oauth/token-claims.ts';

/** What a refusal may say about the access token, so that refusals of the same one can be counted. */

const purpose = 'credential of a refused access token';

// A key object, because Node 24 looks twice at anything else: that costs four times the hash. Derived,
// so that the log holds no hash of a token that other hashes under the same key could be compared with.
const keyOf = (secret: string | undefined) =>
  createSecretKey(
    secret === undefined ? randomBytes(32) : createHmac('sha256', secret).update(purpose).digest(),
  );

/**
 * Names the token by a keyed hash of its digest: under the key of the deployment the same in every
 * process, so that they can count together; without one, under a key of this process. Says nothing
 * about what is in it.
 */
export const createCredentialMark = (
  secret: string | undefined,
): ((rejection: Rejection, digest: string) => Rejection) => {
  const key = keyOf(secret);
  return (rejection, digest) => ({
    ...rejection,
    evidence: {
      ...rejection.evidence,
      credential: createHmac('sha256', key).update(digest).digest('hex').slice(0, 16),
    },
  });
};

/** Whose token it was. Only for claims whose signature has been verified: others are anybody's word. */
export const withBearer = (rejection: Rejection, claims: Claims): Rejection => {
  // Cognito and Auth0, Entra ID, Okta.
  const client = [claims.client_id, claims.azp, claims.appid, claims.cid].find(isText);
  return {
    ...rejection,
    evidence: {
      ...rejection.evidence,
      ...(isText(claims.sub) && { subject: claims.sub }),
      ...(client !== undefined && { client }),
    },
  };
};
