import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { clientId, userPoolId } from '../tokens.ts';
import { jwks } from './settings.ts';

/** aws-jwt-verify as its documentation shows it, with the keys at hand. */

const verifier = CognitoJwtVerifier.create({ userPoolId, tokenUse: 'access', clientId });
verifier.cacheJwks(JSON.parse(jwks));

/** `invalid` makes the SDK's own error: any other class makes its bearer gate answer 500. */
export const verifyAccessToken = (invalid: () => Error) => async (token: string) => {
  const payload = await verifier.verify(token).catch(() => {
    throw invalid();
  });
  return {
    token,
    clientId: payload.client_id,
    scopes: payload.scope.split(' '),
    expiresAt: payload.exp,
    resource: new URL(String(payload.aud)),
    extra: { subject: payload.sub },
  };
};
