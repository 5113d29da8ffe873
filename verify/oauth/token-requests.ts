import {
  type Answer,
  isSuccess,
  type JsonObject,
  jsonOf,
  neededString,
  stringIn,
} from '../http/answer.ts';
import { LoginProblem } from '../login/browser.ts';
import type { Secrets } from '../redaction.ts';
import { type Parameters, urlWith } from './authorization.ts';
import type {
  AuthorizationServer,
  AuthorizationServerParts,
  SignedIn,
} from './authorization-server.ts';
import type { RegisteredClient } from './registration.ts';

/** Requests to the token endpoint, and what they hand out. */

const clientParameters = ({ clientId, clientSecret }: RegisteredClient): Parameters => ({
  client_id: clientId,
  client_secret: clientSecret,
});

/** Whatever a token endpoint hands out is a secret from then on. */
const keepTokens = (answer: Answer, secrets: Secrets): Answer => {
  const document = jsonOf(answer);
  for (const name of ['access_token', 'refresh_token', 'id_token'])
    secrets.keep(stringIn(document, name));
  return answer;
};

export const tokenRequests = ({ http, secrets, metadata, resource }: AuthorizationServerParts) => {
  const token: AuthorizationServer['token'] = async (form, headers = {}) => {
    const endpoint = neededString(await metadata(), 'token_endpoint', 'the metadata');
    const body = urlWith('https://form.invalid/', form).search.slice(1);
    const answer = await http.send({
      method: 'POST',
      url: endpoint,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...headers,
      },
      body,
    });
    return keepTokens(answer, secrets);
  };
  return {
    token,
    redeem: async ({ client, parameters, verifier }: SignedIn, changes: Parameters = {}) =>
      token({
        grant_type: 'authorization_code',
        code: parameters.get('code') ?? '',
        redirect_uri: client.redirectUri,
        code_verifier: verifier,
        resource: await resource(),
        ...clientParameters(client),
        ...changes,
      }),
    refresh: async (client: RegisteredClient, refreshToken: string, changes: Parameters = {}) =>
      token({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        resource: await resource(),
        ...clientParameters(client),
        ...changes,
      }),
  };
};

/** @throws LoginProblem when the token endpoint did not hand out an access token */
export const tokensOf = (
  answer: Answer,
): {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly document: JsonObject;
} => {
  const document = isSuccess(answer) ? jsonOf(answer) : undefined;
  const accessToken = stringIn(document, 'access_token');
  if (!document || accessToken === undefined)
    throw new LoginProblem(`the token endpoint answered ${answer.status} to a code of a login`);
  const refreshToken = stringIn(document, 'refresh_token');
  return { accessToken, document, ...(refreshToken !== undefined && { refreshToken }) };
};
