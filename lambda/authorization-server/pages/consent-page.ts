import { html } from 'hono/html';
import type { OAuthClient } from '../../../oauth/oauth-client.ts';
import { isLoopbackRedirect, redirectDestination } from '../../../oauth/redirect-uri.ts';
import { brokerPaths } from '../../../oauth/well-known.ts';
import type { Page } from '../respond.ts';
import type { AuthorizationServerSettings } from '../settings.ts';
import { renderPage } from './page-layout.ts';

/** Who asks, where the answer goes, what it will be able to do: everything a person needs to say no. */

interface ConsentQuestion {
  readonly client: OAuthClient;
  readonly redirectUri: string;
  readonly scopes: readonly { readonly name: string; readonly description: string }[];
  /** The sealed request. */
  readonly ticket: string;
  readonly offersToRemember: boolean;
  /** Of this browser's last sign-in. */
  readonly lastTenant: string | undefined;
}

const identityOf = ({ registration, clientId }: OAuthClient): string => {
  if (registration === 'metadata_document') return new URL(clientId).host;
  if (registration === 'preregistered') return 'registered by your administrator';
  return 'not verified: any program can use this name';
};

const loopbackWarning = (redirectUri: string) =>
  isLoopbackRedirect(redirectUri)
    ? html`<p class="warning" role="note"><strong>A program on this computer is asking.</strong> Only continue if you have just started signing in from it yourself. Nothing proves which program is listening.</p>`
    : '';

const rememberChoice = (offersToRemember: boolean) =>
  offersToRemember
    ? html`<label class="check"><input type="checkbox" name="remember" value="yes"> <span>Do not ask again for this application in this browser</span></label>`
    : '';

const tenantOf = (lastTenant: string | undefined) =>
  lastTenant === undefined
    ? ''
    : html`<dt>Tenant</dt><dd>${lastTenant} <span class="soft">(your last sign-in here)</span></dd>`;

export const consentPage = (
  settings: AuthorizationServerSettings,
  question: ConsentQuestion,
): Promise<Page> => {
  const { client, redirectUri, scopes, ticket } = question;
  return renderPage(settings.branding, {
    title: `Allow ${client.clientName}?`,
    body: html`<h1>Allow <q>${client.clientName}</q> to act for you?</h1>
<dl>
<dt>Identity</dt><dd>${identityOf(client)}</dd>
<dt>Sends you to</dt><dd><strong>${redirectDestination(redirectUri)}</strong></dd>
<dt>Server</dt><dd>${settings.resourceIdentifier}</dd>
${tenantOf(question.lastTenant)}
</dl>
<h2 id="scopes">It will be able to</h2>
<ul aria-labelledby="scopes">${scopes.map(({ name, description }) => html`<li>${description} <span class="soft">(<code>${name}</code>)</span></li>`)}</ul>
<p class="soft">It gets at most what your own account may do. You sign in on the next page; the application never sees your password. End its access at any time under <a href="${brokerPaths.connections}">connected applications</a>.</p>
${loopbackWarning(redirectUri)}
<form method="post" action="${brokerPaths.consent}">
<input type="hidden" name="ticket" value="${ticket}">
${rememberChoice(question.offersToRemember)}
<div class="choices">
<button name="decision" value="deny">Cancel</button>
<button class="primary" name="decision" value="allow">Allow and sign in</button>
</div>
</form>`,
  });
};
