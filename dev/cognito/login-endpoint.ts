import { randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import {
  type AuthorizeOutcome,
  type AuthorizeRequest,
  codeRedirect,
  errorRedirect,
  readAuthorizeRequest,
} from './authorize-request.ts';
import { type LoginSession, loginSessionLifetimeMs } from './login-sessions.ts';
import { errorPage, loginPage, pageHeaders } from './page.ts';
import type { SimulatedUserPool } from './simulated-user-pool.ts';

/** `/oauth2/authorize` and the page it leads to. There is no consent screen anywhere. */

export const sessionCookie = 'cognito';
const csrfCookie = 'XSRF-TOKEN';

// Not `Secure`: this is http on loopback, and not every browser makes an exception for it.
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'Lax' } as const;

const parametersOf = (c: Context): URLSearchParams => new URL(c.req.url).searchParams;

export const showError = (
  c: Context,
  error: string,
  description: string,
): Response | Promise<Response> => c.html(errorPage(error, description), 400, pageHeaders);

const refuse = (
  c: Context,
  outcome: Exclude<AuthorizeOutcome, { kind: 'proceed' }>,
): Response | Promise<Response> =>
  outcome.kind === 'redirect'
    ? c.redirect(outcome.location)
    : showError(c, outcome.error, outcome.description);

const finish = (
  c: Context,
  pool: SimulatedUserPool,
  request: AuthorizeRequest,
  session: LoginSession,
): Response => {
  const code = pool.codes.issue({
    clientId: request.client.clientId,
    redirectUri: request.redirectUri,
    sub: session.sub,
    scopes: request.scopes,
    authTime: session.authTime,
    nonce: request.nonce,
    codeChallenge: request.codeChallenge,
    resource: request.resource,
  });
  return c.redirect(codeRedirect(request, code));
};

/** The answer that needs no page: a running session, or `prompt=none` without one. */
const answerSilently = (
  c: Context,
  pool: SimulatedUserPool,
  request: AuthorizeRequest,
): Response | undefined => {
  const session = request.prompt.includes('login')
    ? undefined
    : pool.sessions.find(getCookie(c, sessionCookie));
  // Any app client may reuse the session, and the user sees nothing of it.
  if (session && pool.users.find(session.sub)?.isEnabled) return finish(c, pool, request, session);
  return request.prompt.includes('none')
    ? c.redirect(errorRedirect(request, 'login_required'))
    : undefined;
};

const showLogin = (
  c: Context,
  pool: SimulatedUserPool,
  request: AuthorizeRequest,
  attempt: { readonly username: string; readonly hasFailed: boolean },
): Response | Promise<Response> => {
  const csrfToken = getCookie(c, csrfCookie) ?? randomBytes(32).toString('base64url');
  setCookie(c, csrfCookie, csrfToken, cookieOptions);
  const content = loginPage({
    clientName: request.client.clientName,
    action: `/login${new URL(c.req.url).search}`,
    csrfToken,
    ...attempt,
    ...(pool.showDemoUsers && { demoUsers: pool.definition.users }),
  });
  return c.html(content, 200, pageHeaders);
};

const handleAuthorize = (c: Context, pool: SimulatedUserPool) => {
  const outcome = readAuthorizeRequest(pool, parametersOf(c));
  if (outcome.kind !== 'proceed') return refuse(c, outcome);
  return (
    answerSilently(c, pool, outcome.request) ?? c.redirect(`/login${new URL(c.req.url).search}`)
  );
};

const handleLoginPage = (c: Context, pool: SimulatedUserPool) => {
  // Opened directly, `/login` is as good as `/oauth2/authorize`: a firewall rule must cover both.
  const outcome = readAuthorizeRequest(pool, parametersOf(c));
  if (outcome.kind !== 'proceed') return refuse(c, outcome);
  const { request } = outcome;
  const attempt = { username: request.loginHint ?? '', hasFailed: false };
  return answerSilently(c, pool, request) ?? showLogin(c, pool, request, attempt);
};

const handleLoginForm = async (c: Context, pool: SimulatedUserPool) => {
  const outcome = readAuthorizeRequest(pool, parametersOf(c));
  if (outcome.kind !== 'proceed') return refuse(c, outcome);
  const form = new URLSearchParams(await c.req.text());
  const csrfToken = getCookie(c, csrfCookie);
  // Login CSRF: without this a page elsewhere could sign the user in as somebody else.
  if (!csrfToken || form.get('_csrf') !== csrfToken)
    return showError(c, 'invalid_request', 'The form has expired. Go back and try again.');
  const username = form.get('username') ?? '';
  const user = pool.users.authenticate(username, form.get('password') ?? '');
  if (!user) return showLogin(c, pool, outcome.request, { username, hasFailed: true });
  const session = { sub: user.sub, authTime: Math.floor(pool.now() / 1000) };
  const maxAge = loginSessionLifetimeMs / 1000;
  setCookie(c, sessionCookie, pool.sessions.start(session), { ...cookieOptions, maxAge });
  return finish(c, pool, outcome.request, session);
};

export const addLogin = (app: Hono, pool: SimulatedUserPool): void => {
  app.get('/oauth2/authorize', (c) => handleAuthorize(c, pool));
  app.get('/login', (c) => handleLoginPage(c, pool));
  app.post('/login', (c) => handleLoginForm(c, pool));
};
