import type { AuthorizationRequest } from '../../../oauth/authorization-request.ts';
import { authorizationErrorResponse } from '../../../oauth/authorization-response.ts';
import type { OAuthClient } from '../../../oauth/oauth-client.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { mayBeRemembered } from '../approvals.ts';
import { loggedClientId } from '../client-registry.ts';
import { digest, isSameSecret } from '../digest.ts';
import type { Endpoint, Exchange } from '../exchange.ts';
import { readForm } from '../forms.ts';
import { lastTenant } from '../last-tenant.ts';
import { consentPage } from '../pages/consent-page.ts';
import { refusalPage } from '../pages/error-page.ts';
import { page, redirect } from '../respond.ts';
import { signInSeconds, startSignIn } from '../sign-in.ts';

/**
 * The question that the MCP specification demands of a proxy with a static upstream client: may this
 * client act for you? Asked per browser and client, before anything goes to Cognito.
 */

// Binds the form to the browser it was rendered in; a forged form has no matching cookie.
const browserCookie = 'mcp-browser';
const browserCookieSyntax = /^[A-Za-z0-9_-]{43}$/;

interface ConsentTicket {
  readonly request: AuthorizationRequest;
  readonly clientName: string;
  /** Digest of the browser cookie. */
  readonly browser: string;
  /** Of the authorization request. */
  readonly correlationId?: string;
}

/** Renders the question. The request itself travels in the form, sealed and bound to this browser. */
export const askForConsent = async (
  exchange: Exchange,
  request: AuthorizationRequest,
  client: OAuthClient,
): Promise<Response> => {
  const { cookies, randomToken, seal, seconds, settings } = exchange;
  const existing = cookies.get(browserCookie);
  const browser = existing && browserCookieSyntax.test(existing) ? existing : randomToken();
  const ticket: ConsentTicket = {
    request,
    clientName: client.clientName,
    browser: digest(browser),
    correlationId: exchange.correlationId(),
  };
  const sealed = await seal.seal('consent', ticket, seconds + signInSeconds);
  const descriptions = new Map(settings.scopes.map((scope) => [scope.name, scope.description]));
  return page(
    200,
    await consentPage(settings, {
      client,
      redirectUri: request.redirectUri,
      scopes: request.scopes.map((name) => ({ name, description: descriptions.get(name) ?? name })),
      ticket: sealed,
      lastTenant: await lastTenant(exchange),
      offersToRemember: mayBeRemembered(request),
    }),
    [cookies.set(browserCookie, browser, 24 * 3600)],
  );
};

/** Browsers name the page that a form was on; a form on any other page is refused (CSRF). */
const isSameOrigin = ({ request, settings }: Exchange): boolean => {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  return (
    (origin === null || origin === settings.issuer) &&
    (site === null || site === 'same-origin' || site === 'none')
  );
};

interface Decision {
  readonly ticket: ConsentTicket;
  readonly isApproved: boolean;
  readonly remember: boolean;
}

const readDecision = async (exchange: Exchange): Promise<Result<Decision, OAuthRefusal>> => {
  if (!isSameOrigin(exchange)) return err({ reason: 'consent_forged' });
  const form = await readForm(exchange.request);
  if (!form.ok) return form;
  const ticket = (await exchange.seal.open('consent', form.value.ticket ?? '')) as
    | (ConsentTicket & Readonly<Record<string, unknown>>)
    | undefined;
  if (!ticket) return err({ reason: 'transaction_expired' });
  exchange.continueLogin(ticket.correlationId);
  const browser = exchange.cookies.get(browserCookie);
  if (!browser || !isSameSecret(digest(browser), ticket.browser))
    return err({ reason: 'consent_forged' });
  const { decision, remember } = form.value;
  if (decision !== 'allow' && decision !== 'deny')
    return err({ reason: 'parameter_missing', evidence: { name: 'decision' } });
  return ok({ ticket, isApproved: decision === 'allow', remember: remember === 'yes' });
};

const refuseRequest = (
  exchange: Exchange,
  ticket: ConsentTicket,
  refusal: OAuthRefusal,
): Response => {
  const { clientId, redirectUri, state } = ticket.request;
  exchange.record('authorization.failed', {
    ...refusal,
    mcpClient: { id: loggedClientId(clientId), name: ticket.clientName },
    ...(refusal.reason === 'consent_denied' && { severity: 1 }),
  });
  const { issuer } = exchange.settings;
  const target = { redirectUri, issuer, state };
  return redirect(authorizationErrorResponse(target, refusal.reason));
};

export const consent: Endpoint = async (exchange) => {
  const decision = await readDecision(exchange);
  if (!decision.ok) {
    exchange.record('authorization.failed', decision.error);
    return refusalPage(exchange.settings, decision.error);
  }
  const { ticket, isApproved, remember } = decision.value;
  const { request, clientName } = ticket;
  if (!isApproved) return refuseRequest(exchange, ticket, { reason: 'consent_denied' });
  exchange.record('authorization.approved', {
    mcpClient: { id: loggedClientId(request.clientId), name: clientName },
    scopes: request.scopes,
  });
  const response = await startSignIn(exchange, {
    kind: 'authorization',
    request,
    clientName,
    remember: remember && mayBeRemembered(request),
  });
  return response ?? refuseRequest(exchange, ticket, { reason: 'request_too_large' });
};
