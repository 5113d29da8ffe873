import { Unmet } from '../check.ts';
import { type Answer, isSuccess, type JsonObject, jsonOf, stringIn } from '../http/answer.ts';
import type { HttpClient } from '../http/http-client.ts';

/** Dynamic client registration (RFC 7591), as a native client does it. */

export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUri: string;
  readonly answer: Answer;
}

/** Nothing listens there: the browser of a verification stops before it would connect. */
export const loopbackRedirectUri = 'http://127.0.0.1:33419/callback';

export const clientName = 'cdk-secure-mcp verify (may be deleted)';

export const clientMetadata = (changes: JsonObject = {}): JsonObject => ({
  client_name: clientName,
  redirect_uris: [loopbackRedirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  ...changes,
});

export const registrationEndpointOf = (serverMetadata: JsonObject): string => {
  const endpoint = stringIn(serverMetadata, 'registration_endpoint');
  if (endpoint === undefined || !URL.canParse(endpoint))
    throw new Unmet('clients cannot register themselves here');
  return endpoint;
};

export const register = (http: HttpClient, endpoint: string, body: string): Promise<Answer> =>
  http.send({
    method: 'POST',
    url: endpoint,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  });

/** @throws Unmet when the registration is refused */
export const registeredClientOf = (answer: Answer, redirectUri: string): RegisteredClient => {
  const document = isSuccess(answer) ? jsonOf(answer) : undefined;
  const clientId = stringIn(document, 'client_id');
  if (clientId === undefined) throw new Unmet('the registration of a client was refused');
  const clientSecret = stringIn(document, 'client_secret');
  return { clientId, redirectUri, answer, ...(clientSecret !== undefined && { clientSecret }) };
};
