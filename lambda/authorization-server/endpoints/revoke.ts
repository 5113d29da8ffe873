import { parseClientCredentials } from '../../../oauth/token-request.ts';
import type { Endpoint } from '../exchange.ts';
import { readForm } from '../forms.ts';
import { findGrant, grantDetails, handleState, revokeGrant } from '../grants.ts';
import { json, oauthError } from '../respond.ts';

/**
 * RFC 7009. Revoking a refresh handle ends the whole grant, here and at Cognito. An unknown token is
 * answered with 200 (§2.2): there is nothing left to revoke. Access tokens cannot be taken back one
 * by one; they expire (§2.2.1 `unsupported_token_type`).
 */

// Every JWS header begins with `{"`.
const looksLikeJwt = (value: string): boolean => value.startsWith('eyJ');

export const revoke: Endpoint = async (exchange) => {
  const refuse = (refusal: Parameters<typeof oauthError>[0]) => {
    exchange.record('token.refused', refusal);
    return oauthError(refusal, exchange.request.headers.has('authorization'));
  };
  const form = await readForm(exchange.request);
  if (!form.ok) return refuse(form.error);
  const credentials = parseClientCredentials(
    exchange.request.headers.get('authorization'),
    form.value,
  );
  if (!credentials.ok) return refuse(credentials.error);
  const client = await exchange.clients.authenticate(credentials.value);
  if (!client.ok) return refuse(client.error);
  const { token } = form.value;
  if (token === undefined)
    return refuse({ reason: 'parameter_missing', evidence: { name: 'token' } });
  if (looksLikeJwt(token)) return refuse({ reason: 'token_type_unsupported' });
  const grant = await findGrant(exchange, token, client.value.clientId);
  // An old handle may end its grant too: whoever holds it, ending access is the safe answer.
  if (grant.ok) {
    await revokeGrant(exchange, grant.value);
    exchange.record('token.revoked', {
      ...grantDetails(grant.value),
      evidence: { by: 'client', handle: handleState(grant.value, token, exchange.seconds) },
    });
  }
  return json(200, {});
};
