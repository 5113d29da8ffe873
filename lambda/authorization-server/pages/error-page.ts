import { html } from 'hono/html';
import {
  type OAuthErrorCode,
  type OAuthRefusal,
  oauthWireError,
} from '../../../oauth/oauth-error.ts';
import { page } from '../respond.ts';
import type { AuthorizationServerSettings } from '../settings.ts';
import { renderPage } from './page-layout.ts';

/** For errors that may not be sent to a redirect URI: a sentence, and what to do about it. */

const advice: Partial<Record<OAuthErrorCode, string>> = {
  invalid_client:
    'The application that sent you here is not known to this server, or its registration has expired. Remove the connection in that application and connect again.',
  invalid_redirect_uri:
    'The application asked to be answered at an address that it did not register. Nothing was sent there. If this is your own client, check its redirect URI.',
  temporarily_unavailable: 'Please try again in a minute.',
  access_denied: 'You can close this page, or start again from your application.',
};

const byDefault =
  'Start again from your application. If it happens again, tell whoever runs this server.';

/** Never quotes anything from the request. */
export const refusalPage = async (
  settings: AuthorizationServerSettings,
  refusal: OAuthRefusal,
  cookies: readonly string[] = [],
): Promise<Response> => {
  const { status, error, description } = oauthWireError(refusal.reason);
  const content = await renderPage(settings.branding, {
    title: 'Sign-in stopped',
    body: html`<h1>Sign-in stopped</h1>
<p>${description}.</p>
<p>${advice[error] ?? byDefault}</p>
<p class="soft">Error code: <code>${error}</code></p>`,
  });
  // A page is not an API: a 401 here would ask the browser for a password.
  return page(status === 401 ? 400 : status, content, cookies);
};
