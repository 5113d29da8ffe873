import type { Parameters } from '../../../oauth/authorization-request.ts';
import type { OAuthClient } from '../../../oauth/oauth-client.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import {
  type ClientCredentials,
  parseClientCredentials,
  parseTokenRequest,
  type TokenRequest,
} from '../../../oauth/token-request.ts';
import { loggedClientId } from '../client-registry.ts';
import type { Endpoint, Exchange } from '../exchange.ts';
import { readForm } from '../forms.ts';
import { json, oauthError } from '../respond.ts';
import { redeemClientCredentials } from './token-client-credentials.ts';
import { redeemCode } from './token-code.ts';
import { redeemRefreshHandle } from './token-refresh.ts';

/** RFC 6749 §3.2: who is asking, what for, and one function per grant type. */

/** RFC 6749 §5.1, wire spelling. The access token is Cognito's own. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
}

interface TokenCall {
  readonly client: OAuthClient;
  readonly credentials: ClientCredentials;
  readonly tokenRequest: TokenRequest;
}

const readCall = async (
  exchange: Exchange,
  form: Parameters,
): Promise<Result<TokenCall, OAuthRefusal>> => {
  const tokenRequest = parseTokenRequest(form, exchange.settings.resourceIdentifier);
  if (!tokenRequest.ok) return tokenRequest;
  const credentials = parseClientCredentials(exchange.request.headers.get('authorization'), form);
  if (!credentials.ok) return credentials;
  const client = await exchange.clients.authenticate(credentials.value);
  if (!client.ok) return client;
  return ok({
    client: client.value,
    credentials: credentials.value,
    tokenRequest: tokenRequest.value,
  });
};

const redeem = (
  exchange: Exchange,
  call: TokenCall,
): Promise<Result<TokenResponse, OAuthRefusal>> => {
  const { client, credentials, tokenRequest } = call;
  const isMachine = client.registration === 'machine';
  switch (tokenRequest.grantType) {
    case 'authorization_code':
      return redeemCode(exchange, client, tokenRequest);
    case 'refresh_token':
      return redeemRefreshHandle(exchange, client, tokenRequest);
    case 'client_credentials':
      return isMachine
        ? redeemClientCredentials(exchange, credentials, tokenRequest.scope)
        : Promise.resolve(err({ reason: 'grant_type_not_registered' }));
  }
};

const refuse = (exchange: Exchange, refusal: OAuthRefusal, client?: OAuthClient): Response => {
  exchange.record('token.refused', {
    ...refusal,
    ...(client && { mcpClient: { id: loggedClientId(client.clientId), name: client.clientName } }),
  });
  return oauthError(refusal, exchange.request.headers.has('authorization'));
};

export const token: Endpoint = async (exchange) => {
  const form = await readForm(exchange.request);
  if (!form.ok) return refuse(exchange, form.error);
  const call = await readCall(exchange, form.value);
  if (!call.ok) return refuse(exchange, call.error);
  const response = await redeem(exchange, call.value);
  return response.ok
    ? json(200, response.value)
    : refuse(exchange, response.error, call.value.client);
};
