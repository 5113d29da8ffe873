import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie } from 'hono/cookie';
import { sessionCookie, showError } from './login-endpoint.ts';
import type { SimulatedUserPool } from './simulated-user-pool.ts';
import { findClient } from './user-pool.ts';

/**
 * logout-endpoint: ends the browser's session, then goes to a registered sign-out URL or back to the
 * login page. Tokens stay valid: signing out of the pool revokes nothing.
 */
const handleLogout = (c: Context, pool: SimulatedUserPool) => {
  const { search, searchParams } = new URL(c.req.url);
  const client = findClient(pool.definition, searchParams.get('client_id') ?? undefined);
  if (!client) return showError(c, 'invalid_request', 'The app client does not exist');
  const logoutUri = searchParams.get('logout_uri');
  const redirectUri = searchParams.get('redirect_uri');
  const isKnown =
    logoutUri !== null
      ? client.logoutUrls?.includes(logoutUri)
      : redirectUri !== null && client.callbackUrls.includes(redirectUri);
  if (!isKnown) return showError(c, 'redirect_mismatch', 'The sign-out URL is not registered');
  pool.sessions.end(getCookie(c, sessionCookie));
  deleteCookie(c, sessionCookie, { path: '/' });
  return c.redirect(logoutUri ?? `/login${search}`);
};

export const addLogout = (app: Hono, pool: SimulatedUserPool): void => {
  app.get('/logout', (c) => handleLogout(c, pool));
};
