import {
  type AuthorizationRequest,
  type Parameters,
  parseParameters,
  validateAuthorizationRequest,
  validateRedirectTarget,
} from '../../../oauth/authorization-request.ts';
import { authorizationErrorResponse } from '../../../oauth/authorization-response.ts';
import type { OAuthClient } from '../../../oauth/oauth-client.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { validateRedirectUri } from '../../../oauth/redirect-uri.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { isRemembered } from '../approvals.ts';
import { loggedClientId } from '../client-registry.ts';
import type { Endpoint, Exchange } from '../exchange.ts';
import { refusalPage } from '../pages/error-page.ts';
import { redirect } from '../respond.ts';
import { everydayScopes } from '../settings.ts';
import { startSignIn } from '../sign-in.ts';
import { askForConsent } from './consent.ts';

/** RFC 6749 §4.1.1: validate, ask the user, and only then go to Cognito. */

interface Target {
  readonly parameters: Parameters;
  readonly client: OAuthClient;
  readonly redirectUri: string;
}

const targetOf = async (exchange: Exchange): Promise<Result<Target, OAuthRefusal>> => {
  const parameters = parseParameters(exchange.url.searchParams);
  if (!parameters.ok) return parameters;
  const client = await exchange.clients.find(parameters.value.client_id);
  if (!client.ok) return client;
  const redirectUri = validateRedirectTarget(parameters.value, client.value);
  if (!redirectUri.ok) return redirectUri;
  const stillAllowed = checkPolicy(exchange, client.value, redirectUri.value);
  if (!stillAllowed.ok) return stillAllowed;
  return ok({ parameters: parameters.value, client: client.value, redirectUri: redirectUri.value });
};

/** A registration lives for months; a policy that was narrowed since then holds at once. */
const checkPolicy = (
  { settings }: Exchange,
  client: OAuthClient,
  redirectUri: string,
): Result<string, OAuthRefusal> => {
  // What an operator wrote into the configuration is the operator's policy.
  if (client.registration === 'preregistered') return ok(redirectUri);
  const allowed = validateRedirectUri(redirectUri, settings.redirectPolicy);
  return allowed.ok ? allowed : err({ reason: allowed.error, evidence: { redirectUri } });
};

const authorizationRules = ({ settings }: Exchange) => ({
  resourceIdentifier: settings.resourceIdentifier,
  knownScopes: settings.scopes.map(({ name }) => name),
  everydayScopes: everydayScopes(settings),
});

const refuse = (exchange: Exchange, target: Target, refusal: OAuthRefusal): Response => {
  const { client, redirectUri, parameters } = target;
  exchange.record('authorization.failed', {
    ...refusal,
    mcpClient: { id: loggedClientId(client.clientId), name: client.clientName },
  });
  const { state } = parameters;
  const issuer = exchange.settings.issuer;
  return redirect(authorizationErrorResponse({ redirectUri, issuer, state }, refusal.reason));
};

const proceed = async (
  exchange: Exchange,
  target: Target,
  request: AuthorizationRequest,
): Promise<Result<Response, OAuthRefusal>> => {
  const { clientName } = target.client;
  if (!(await isRemembered(exchange, request))) {
    // OpenID Connect Core §3.1.2.1: `none` must not show anything.
    if (request.prompt === 'none') return err({ reason: 'consent_required' });
    return ok(await askForConsent(exchange, request, target.client));
  }
  const purpose = { kind: 'authorization', request, clientName, remember: false } as const;
  const response = await startSignIn(exchange, purpose);
  return response ? ok(response) : err({ reason: 'request_too_large' });
};

export const authorize: Endpoint = async (exchange) => {
  const target = await targetOf(exchange);
  // Before client and redirect URI are known to belong together, nothing may be redirected.
  if (!target.ok) {
    exchange.record('authorization.failed', target.error);
    return refusalPage(exchange.settings, target.error);
  }
  const { parameters, client, redirectUri } = target.value;
  const rules = authorizationRules(exchange);
  const request = validateAuthorizationRequest(parameters, client, redirectUri, rules);
  if (!request.ok) return refuse(exchange, target.value, request.error);
  exchange.record('authorization.started', {
    mcpClient: { id: loggedClientId(client.clientId), name: client.clientName },
    scopes: request.value.scopes,
  });
  const response = await proceed(exchange, target.value, request.value);
  return response.ok ? response.value : refuse(exchange, target.value, response.error);
};
