import type { AuthorizationRequest } from '../../oauth/authorization-request.ts';
import { toCognitoScope } from '../../oauth/scope.ts';
import { setChunked } from './cookies.ts';
import type { Exchange } from './exchange.ts';
import { redirect } from './respond.ts';
import type { SignInRequest } from './upstream.ts';

/**
 * The trip to Cognito and back. What must survive it travels in a sealed cookie of this browser,
 * named after the state, so that several tabs can sign in at once. The cookie does not exist before
 * the user has approved (MCP security best practices, confused deputy).
 */

/** Long enough to find a phone for MFA, short enough that an abandoned tab is worthless. */
export const signInSeconds = 600;
const cookiePrefix = 'mcp-signin-';
/** More tabs than this and the oldest is forgotten: cookies share one header with a size limit. */
const maxParallelSignIns = 4;

export type SignInPurpose =
  | {
      readonly kind: 'authorization';
      readonly request: AuthorizationRequest;
      readonly clientName: string;
      readonly remember: boolean;
    }
  | { readonly kind: 'connections' };

export interface SignInTransaction {
  readonly purpose: SignInPurpose;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Of the authorization request, which the consent page has carried on. */
  readonly correlationId?: string;
}

export const signInCookieName = (state: string): string => cookiePrefix + state.slice(0, 12);

const upstreamRequest = (exchange: Exchange, transaction: SignInTransaction): SignInRequest => {
  const { state, nonce, codeVerifier, purpose } = transaction;
  const own = { state, nonce, codeVerifier };
  if (purpose.kind === 'connections') return { ...own, scopes: ['openid'] };
  const { resourceIdentifier } = exchange.settings;
  const { request } = purpose;
  return {
    ...own,
    // `openid` brings the ID token whose nonce ties the answer to this browser's request.
    scopes: ['openid', ...request.scopes.map((name) => toCognitoScope(resourceIdentifier, name))],
    resource: resourceIdentifier,
    ...(request.prompt !== undefined && { prompt: request.prompt }),
    ...(request.loginHint !== undefined && { loginHint: request.loginHint }),
    ...(request.identityProvider !== undefined && { identityProvider: request.identityProvider }),
  };
};

/** Sends the browser to Cognito. Undefined when the request is too long for a cookie. */
export const startSignIn = async (
  exchange: Exchange,
  purpose: SignInPurpose,
  cookies: readonly string[] = [],
): Promise<Response | undefined> => {
  const { randomToken, seal, seconds, upstream } = exchange;
  const transaction: SignInTransaction = {
    purpose,
    state: randomToken(),
    nonce: randomToken(),
    codeVerifier: randomToken(),
    correlationId: exchange.correlationId(),
  };
  const sealed = await seal.seal('transaction', transaction, seconds + signInSeconds);
  const name = signInCookieName(transaction.state);
  const transactionCookies = setChunked(exchange.cookies, name, sealed, signInSeconds);
  if (!transactionCookies) return undefined;
  const abandoned = exchange.cookies.names(cookiePrefix).slice(0, -maxParallelSignIns);
  return redirect(await upstream.signInUrl(upstreamRequest(exchange, transaction)), [
    ...cookies,
    ...transactionCookies,
    ...abandoned.map((cookie) => exchange.cookies.clear(cookie)),
  ]);
};

/**
 * The transaction that a callback's `state` belongs to, if it was started in this browser.
 * Login CSRF and code injection end here: without the cookie there is no transaction.
 */
export const openSignIn = async (
  exchange: Exchange,
  state: string | null,
): Promise<SignInTransaction | undefined> => {
  if (!state) return undefined;
  const sealed = exchange.cookies.getChunked(signInCookieName(state));
  const opened = sealed === undefined ? undefined : await exchange.seal.open('transaction', sealed);
  const transaction = opened as SignInTransaction | undefined;
  return transaction?.state === state ? transaction : undefined;
};

/** Clears a transaction's cookies: a state is good for one callback. */
export const forgetSignIn = ({ cookies }: Exchange, state: string): readonly string[] => {
  const name = signInCookieName(state);
  return cookies.names(name).map((cookie) => cookies.clear(cookie));
};
