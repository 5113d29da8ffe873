import { Unmet } from '../check.ts';
import { type Answer, isSuccess, type JsonObject, jsonOf, stringIn } from '../http/answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import { type Client, loopbackRedirectUri } from './client.ts';

/** Dynamic client registration (RFC 7591), as a native client does it. */

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

export const canRegister = (serverMetadata: JsonObject): boolean =>
  URL.canParse(stringIn(serverMetadata, 'registration_endpoint') ?? '');

export const registrationEndpointOf = (serverMetadata: JsonObject): string => {
  if (!canRegister(serverMetadata)) throw new Unmet('clients cannot register themselves here');
  return stringIn(serverMetadata, 'registration_endpoint') as string;
};

export const register = (http: HttpClient, endpoint: string, body: string): Promise<Answer> =>
  http.send({
    method: 'POST',
    url: endpoint,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  });

/** @throws Unmet when the registration is refused */
export const registeredClientOf = (answer: Answer): Client => {
  const document = isSuccess(answer) ? jsonOf(answer) : undefined;
  const clientId = stringIn(document, 'client_id');
  if (clientId === undefined) throw new Unmet('the registration of a client was refused');
  const clientSecret = stringIn(document, 'client_secret');
  const method = stringIn(document, 'token_endpoint_auth_method');
  return {
    clientId,
    redirectUri: loopbackRedirectUri,
    name: clientName,
    ...(clientSecret !== undefined && { clientSecret }),
    ...(method === 'client_secret_basic' && { authentication: method }),
  };
};
