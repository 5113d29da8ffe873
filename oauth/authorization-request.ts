import type { OAuthClient } from './oauth-client.ts';
import type { OAuthRefusal } from './oauth-error.ts';
import { validateCodeChallenge } from './pkce.ts';
import { matchesRedirectUri } from './redirect-uri.ts';
import { isThisResource } from './resource-identifier.ts';
import { err, ok, type Result } from './result.ts';
import { parseScope } from './scope.ts';

/** RFC 6749 §4.1.1 with OAuth 2.1, RFC 7636 and RFC 8707. Two steps, because what may be answered differs. */

export type Parameters = Readonly<Record<string, string>>;

/** No honest parameter comes near this; `client_id` is the longest (a signed registration). */
export const maxParameterLength = 4096;

const collect = (entries: Iterable<[string, string]>): Result<Parameters, OAuthRefusal> => {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of entries) {
    // RFC 6749 §3.1: a repeated parameter is how two parsers are made to disagree.
    if (name in parameters) return err({ reason: 'parameter_duplicated', evidence: { name } });
    if (value.length > maxParameterLength || name.length > 64)
      return err({ reason: 'parameter_too_long', evidence: { name: name.slice(0, 64) } });
    // RFC 6749 §3.1: parameters without a value are treated as if they were omitted.
    if (value !== '') parameters[name] = value;
  }
  return ok(parameters);
};

/** Reads a query string or form body. Refuses repeated and oversized parameters. */
export const parseParameters = (search: URLSearchParams): Result<Parameters, OAuthRefusal> =>
  collect(search.entries());

/**
 * Where the answer may go. Until this has succeeded, nothing is ever redirected: an error goes to a
 * page of ours, or the endpoint would be an open redirector (RFC 9700 §4.11.2).
 */
export const validateRedirectTarget = (
  parameters: Parameters,
  client: OAuthClient,
): Result<string, OAuthRefusal> => {
  const requested = parameters.redirect_uri;
  if (requested === undefined) return err({ reason: 'redirect_uri_missing' });
  return matchesRedirectUri(requested, client.redirectUris)
    ? ok(requested)
    : err({ reason: 'redirect_uri_mismatch', evidence: { requested } });
};

export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly state?: string;
  /** Short names, all of them known here. */
  readonly scopes: readonly string[];
  readonly prompt?: string;
  readonly loginHint?: string;
  readonly identityProvider?: string;
}

export interface AuthorizationRules {
  readonly resourceIdentifier: string;
  /** Every scope that exists at this resource. */
  readonly knownScopes: readonly string[];
  /** What a request without `scope` asks for. */
  readonly everydayScopes: readonly string[];
}

/**
 * RFC 6749 §3.3 lets the server ignore scopes it does not know, and real clients add some
 * (`openid`, `offline_access`); a request for nothing that exists is refused.
 */
export const selectScopes = (
  requested: string | undefined,
  rules: AuthorizationRules,
): Result<readonly string[], OAuthRefusal> => {
  const parsed = parseScope(requested);
  if (!parsed.ok) return err({ reason: parsed.error });
  if (parsed.value.length === 0) return ok(rules.everydayScopes);
  const known = parsed.value.filter((name) => rules.knownScopes.includes(name));
  return known.length > 0 ? ok(known) : err({ reason: 'scope_unknown' });
};

const prompts = new Set(['login', 'consent', 'select_account', 'none']);

// What Cognito accepts as a provider name (its API pattern), so that nothing else is passed upstream.
const identityProviderSyntax = /^[^\s_][^\s]{0,31}$/u;

const upstreamHints = (
  parameters: Parameters,
): Pick<AuthorizationRequest, 'prompt' | 'loginHint' | 'identityProvider'> => {
  const prompt = (parameters.prompt ?? '').split(' ').filter((value) => prompts.has(value));
  const { login_hint: loginHint, identity_provider: identityProvider } = parameters;
  return {
    ...(prompt.length > 0 && { prompt: prompt.join(' ') }),
    ...(loginHint && loginHint.length <= 256 && { loginHint }),
    ...(identityProvider && identityProviderSyntax.test(identityProvider) && { identityProvider }),
  };
};

/**
 * Everything but client and redirect URI, which {@link validateRedirectTarget} has settled: from
 * here on a refusal is reported to the client's redirect URI.
 *
 * @see [OAuth 2.1 §4.1.1](https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1)
 */
export const validateAuthorizationRequest = (
  parameters: Parameters,
  client: OAuthClient,
  redirectUri: string,
  rules: AuthorizationRules,
): Result<AuthorizationRequest, OAuthRefusal> => {
  if ('request' in parameters || 'request_uri' in parameters)
    return err({ reason: 'request_object_unsupported' });
  if (parameters.response_type !== 'code') return err({ reason: 'response_type_unsupported' });
  if ((parameters.response_mode ?? 'query') !== 'query')
    return err({ reason: 'response_mode_unsupported' });
  const challenge = validateCodeChallenge(
    parameters.code_challenge,
    parameters.code_challenge_method,
  );
  if (!challenge.ok) return err({ reason: challenge.error });
  if (!isThisResource(parameters.resource, rules.resourceIdentifier))
    return err({ reason: 'resource_mismatch', evidence: { requested: parameters.resource ?? '' } });
  const scopes = selectScopes(parameters.scope, rules);
  if (!scopes.ok) return scopes;
  return ok({
    clientId: client.clientId,
    redirectUri,
    codeChallenge: challenge.value,
    ...(parameters.state !== undefined && { state: parameters.state }),
    scopes: scopes.value,
    ...upstreamHints(parameters),
  });
};
