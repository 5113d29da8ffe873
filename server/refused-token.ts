import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Rejection } from '../oauth/rejection.ts';
import { type Claims, isText } from '../oauth/token-claims.ts';

/** What a refusal may say about the access token, so that refusals of the same one can be counted. */

// Of this process: nobody can tell from the log which token a value stands for, or compare.
// A key object, because Node 24 looks twice at anything else: that costs four times the hash.
const key = createSecretKey(randomBytes(32));

/** Names the token by a keyed hash. Says nothing about what is in it. */
export const withCredential = (rejection: Rejection, compact: string): Rejection => ({
  ...rejection,
  evidence: {
    ...rejection.evidence,
    credential: createHmac('sha256', key).update(compact).digest('hex').slice(0, 16),
  },
});

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
