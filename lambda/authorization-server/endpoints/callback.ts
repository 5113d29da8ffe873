import type { AuthorizationRequest } from '../../../oauth/authorization-request.ts';
import {
  authorizationErrorResponse,
  authorizationResponse,
} from '../../../oauth/authorization-response.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { rememberApproval } from '../approvals.ts';
import { loggedClientId } from '../client-registry.ts';
import { digest } from '../digest.ts';
import { type Endpoint, type Exchange, recordFault } from '../exchange.ts';
import { rememberTenant } from '../last-tenant.ts';
import { refusalPage } from '../pages/error-page.ts';
import { redirect } from '../respond.ts';
import {
  forgetSignIn,
  openSignIn,
  type SignInPurpose,
  type SignInTransaction,
} from '../sign-in.ts';
import { grantedScopes, type UpstreamTokens } from '../upstream.ts';
import { openConnections } from './connections.ts';

/** The user is back from Cognito: exchange its code, and hand the client one of ours. */

/** RFC 6749 §4.1.2 recommends ten minutes at most; a client redeems within a second. */
const codeSeconds = 60;
/** How long a used code is remembered, so that a replay revokes what the code has given. */
const replayMemorySeconds = 3600;

type AuthorizationPurpose = Extract<SignInPurpose, { kind: 'authorization' }>;

/** What the token says about the sign-in. Refuses a token that Cognito did not bind to this resource. */
const readGrantedClaims = (tokens: UpstreamTokens, resourceIdentifier: string) => {
  const { aud, sub, tenant_id: tenant, origin_jti: originTokenId, username } = tokens.claims;
  if (aud !== resourceIdentifier || typeof sub !== 'string' || !tokens.refreshToken)
    return err({ reason: 'upstream_token_unbound' } as const);
  const scopes = grantedScopes(tokens, resourceIdentifier);
  if (scopes.length === 0) return err({ reason: 'nothing_granted' } as const);
  return ok({
    subject: sub,
    scopes,
    ...(typeof tenant === 'string' && { tenant }),
    ...(typeof username === 'string' && { username }),
    ...(typeof originTokenId === 'string' && { originTokenId }),
  });
};

/** And refuses whom an operator has blocked together with their tenant. */
const permittedClaims = async (exchange: Exchange, tokens: UpstreamTokens) => {
  const granted = readGrantedClaims(tokens, exchange.settings.resourceIdentifier);
  const tenant = granted.ok ? granted.value.tenant : undefined;
  const isBlocked =
    tenant !== undefined && (await exchange.revocations.isBlocked('tenant', tenant));
  return isBlocked ? err({ reason: 'tenant_blocked' } as const) : granted;
};

interface IssuedCode {
  readonly code: string;
  readonly tenant?: string;
}

/** Stores the tokens under a fresh one-time code: the first thing written, after the user signed in. */
const issueCode = async (
  exchange: Exchange,
  request: AuthorizationRequest,
  tokens: UpstreamTokens,
): Promise<Result<IssuedCode, OAuthRefusal>> => {
  const granted = await permittedClaims(exchange, tokens);
  if (!granted.ok) {
    if (tokens.refreshToken) await exchange.upstream.revoke(tokens.refreshToken);
    return granted;
  }
  const { seconds, seal, store, randomToken } = exchange;
  const code = randomToken();
  const { accessToken, refreshToken, expiresIn } = tokens;
  const tokensExpireAt = seconds + expiresIn;
  const sealedTokens = await seal.seal(
    'tokens',
    { accessToken, refreshToken, tokensExpireAt },
    seconds + replayMemorySeconds,
  );
  await store.putCode({
    codeHash: digest(code),
    grantId: randomToken(),
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
    ...granted.value,
    correlationId: exchange.correlationId(),
    sealedTokens,
    expiresAt: seconds + codeSeconds,
    purgeAt: seconds + replayMemorySeconds,
  });
  exchange.record('authorization.completed', {
    ...granted.value,
    mcpClient: { id: loggedClientId(request.clientId) },
  });
  const { tenant } = granted.value;
  return ok({ code, ...(tenant !== undefined && { tenant }) });
};

/** A sign-in whose code could not be stored is ended at Cognito: nobody holds its refresh token. */
const issueCodeOrEnd = async (
  exchange: Exchange,
  request: AuthorizationRequest,
  tokens: UpstreamTokens,
): Promise<Result<IssuedCode, OAuthRefusal>> => {
  try {
    return await issueCode(exchange, request, tokens);
  } catch (fault) {
    recordFault(exchange, fault);
    if (tokens.refreshToken) await exchange.upstream.revoke(tokens.refreshToken);
    return err({ reason: 'fault' });
  }
};

const answerClient = async (
  exchange: Exchange,
  { request, clientName, remember }: AuthorizationPurpose,
  tokens: Result<UpstreamTokens, OAuthRefusal>,
  cookies: readonly string[],
): Promise<Response> => {
  const { redirectUri, state } = request;
  const { issuer } = exchange.settings;
  const target = { redirectUri, issuer, state };
  const issued = tokens.ok ? await issueCodeOrEnd(exchange, request, tokens.value) : tokens;
  if (!issued.ok) {
    exchange.record('authorization.failed', {
      ...issued.error,
      mcpClient: { id: loggedClientId(request.clientId), name: clientName },
    });
    return redirect(authorizationErrorResponse(target, issued.error.reason), cookies);
  }
  const approval = remember ? [await rememberApproval(exchange, request)] : [];
  const { code, tenant } = issued.value;
  const lastTenant = await rememberTenant(exchange, tenant);
  return redirect(authorizationResponse(target, code), [...cookies, ...approval, ...lastTenant]);
};

const answerPerson = async (
  exchange: Exchange,
  tokens: Result<UpstreamTokens, OAuthRefusal>,
  cookies: readonly string[],
): Promise<Response> => {
  if (tokens.ok) return openConnections(exchange, tokens.value, cookies);
  exchange.record('authorization.failed', tokens.error);
  return refusalPage(exchange.settings, tokens.error, cookies);
};

export const callback: Endpoint = async (exchange) => {
  const state = exchange.url.searchParams.get('state');
  const transaction: SignInTransaction | undefined = await openSignIn(exchange, state);
  if (!transaction) {
    const refusal = { reason: 'transaction_unknown' } as const;
    exchange.record('authorization.failed', refusal);
    return refusalPage(exchange.settings, refusal);
  }
  exchange.continueLogin(transaction.correlationId);
  const cookies = forgetSignIn(exchange, transaction.state);
  const tokens = await exchange.upstream.redeem(exchange.url, transaction);
  return transaction.purpose.kind === 'authorization'
    ? answerClient(exchange, transaction.purpose, tokens, cookies)
    : answerPerson(exchange, tokens, cookies);
};
