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
import { authenticated, type Client } from './client.ts';

/** Requests to the token and revocation endpoints, and what they hand out. */

/** Whatever a token endpoint hands out is a secret from then on. */
const keepTokens = (answer: Answer, secrets: Secrets): Answer => {
  const document = jsonOf(answer);
  for (const name of ['access_token', 'refresh_token', 'id_token'])
    secrets.keep(stringIn(document, name));
  return answer;
};

export const tokenRequests = ({ http, secrets, metadata, resource }: AuthorizationServerParts) => {
  const post = async (
    endpointName: string,
    form: Parameters,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> =>
    http.send({
      method: 'POST',
      url: neededString(await metadata(), endpointName, 'the metadata'),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...headers,
      },
      body: urlWith('https://form.invalid/', form).search.slice(1),
    });
  const token: AuthorizationServer['token'] = async (form, headers = {}) =>
    keepTokens(await post('token_endpoint', form, headers), secrets);
  const tokenAs: AuthorizationServer['tokenAs'] = (client, wanted) => {
    const { form, headers } = authenticated(client, wanted);
    return token(form, headers);
  };
  return {
    token,
    tokenAs,
    redeem: async ({ client, parameters, verifier }: SignedIn, changes: Parameters = {}) =>
      tokenAs(client, {
        grant_type: 'authorization_code',
        code: parameters.get('code') ?? '',
        redirect_uri: client.redirectUri,
        code_verifier: verifier,
        resource: await resource(),
        ...changes,
      }),
    refresh: async (client: Client, refreshToken: string, changes: Parameters = {}) =>
      tokenAs(client, {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        resource: await resource(),
        ...changes,
      }),
    revoke: (client: Client, revoked: string) => {
      const { form, headers } = authenticated(client, { token: revoked });
      return post('revocation_endpoint', form, headers);
    },
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
  if (!document || accessToken === undefined) {
    const error = stringIn(jsonOf(answer), 'error');
    const named = error === undefined ? '' : ` ${error.slice(0, 60)}`;
    throw new LoginProblem(
      `the token endpoint answered ${answer.status}${named} instead of handing out a token`,
    );
  }
  const refreshToken = stringIn(document, 'refresh_token');
  return { accessToken, document, ...(refreshToken !== undefined && { refreshToken }) };
};
