import { html } from 'hono/html';
import { brokerPaths } from '../../../oauth/well-known.ts';
import type { Page } from '../respond.ts';
import type { AuthorizationServerSettings } from '../settings.ts';
import type { GrantRecord } from '../store/grant-store.ts';
import { renderPage } from './page-layout.ts';

/** What a user has connected, and the button that ends it. */

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

const grantItem = (
  settings: AuthorizationServerSettings,
  grant: GrantRecord,
  formToken: string,
) => {
  const descriptions = new Map(settings.scopes.map((scope) => [scope.name, scope.description]));
  return html`<section class="grant">
<h2>${grant.clientName}</h2>
<dl>
<dt>Sends to</dt><dd>${grant.redirectHost}</dd>
${grant.tenant === undefined ? '' : html`<dt>Organisation</dt><dd>${grant.tenant}</dd>`}
<dt>Connected</dt><dd><time>${day(grant.createdAt)}</time></dd>
<dt>Last used</dt><dd><time>${day(grant.rotatedAt)}</time></dd>
</dl>
<ul>${grant.scopes.map((name) => html`<li>${descriptions.get(name) ?? name}</li>`)}</ul>
<form method="post" action="${brokerPaths.connections}">
<input type="hidden" name="form_token" value="${formToken}">
<input type="hidden" name="grant" value="${grant.grantId}">
<button aria-label="Disconnect ${grant.clientName}">Disconnect</button>
</form>
</section>`;
};

export const connectionsPage = (
  settings: AuthorizationServerSettings,
  { grants, formToken }: { readonly grants: readonly GrantRecord[]; readonly formToken: string },
): Promise<Page> =>
  renderPage(settings.branding, {
    title: 'Connected applications',
    body: html`<h1>Connected applications</h1>
<p class="soft">These applications may act for you at ${settings.resourceIdentifier}. A disconnected one loses access when its last token runs out, within the hour.</p>
${grants.length === 0 ? html`<p>No application is connected.</p>` : grants.map((grant) => grantItem(settings, grant, formToken))}`,
  });
