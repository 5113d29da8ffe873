import { brokerPaths } from '../../../oauth/well-known.ts';
import type { Endpoint, Exchange } from '../exchange.ts';
import { readForm } from '../forms.ts';
import { grantDetails, revokeGrant } from '../grants.ts';
import { connectionsPage } from '../pages/connections-page.ts';
import { refusalPage } from '../pages/error-page.ts';
import { page, redirect } from '../respond.ts';
import { startSignIn } from '../sign-in.ts';
import type { UpstreamTokens } from '../upstream.ts';

/** What have I connected? Signs the user in, lists their grants, and ends the ones they choose. */

const cookieName = 'mcp-connections';
const sessionSeconds = 900;

interface LoginSession {
  readonly subject: string;
  /** In every form of the page; a forged form does not know it. */
  readonly formToken: string;
}

const loginSessionOf = async ({ cookies, seal }: Exchange): Promise<LoginSession | undefined> => {
  const sealed = cookies.get(cookieName);
  const opened = sealed === undefined ? undefined : await seal.open('connections', sealed);
  return opened as LoginSession | undefined;
};

/** Called when the user is back from signing in for this page. */
export const openConnections = async (
  exchange: Exchange,
  tokens: UpstreamTokens,
  cookies: readonly string[],
): Promise<Response> => {
  const { seal, seconds, settings, upstream, randomToken } = exchange;
  // Only the identity was wanted: the refresh token that came with it must not lie around.
  if (tokens.refreshToken) await upstream.revoke(tokens.refreshToken);
  const session: LoginSession = { subject: String(tokens.claims.sub), formToken: randomToken() };
  const sealed = await seal.seal('connections', session, seconds + sessionSeconds);
  return redirect(settings.issuer + brokerPaths.connections, [
    ...cookies,
    exchange.cookies.set(cookieName, sealed, sessionSeconds),
  ]);
};

const signInFirst = async (exchange: Exchange): Promise<Response> =>
  (await startSignIn(exchange, { kind: 'connections' })) ??
  refusalPage(exchange.settings, { reason: 'request_too_large' });

export const showConnections: Endpoint = async (exchange) => {
  const session = await loginSessionOf(exchange);
  if (!session) return signInFirst(exchange);
  const grants = await exchange.store.grantsOf(session.subject, exchange.seconds);
  return page(
    200,
    await connectionsPage(exchange.settings, { grants, formToken: session.formToken }),
  );
};

export const endConnection: Endpoint = async (exchange) => {
  const { settings, store, seconds } = exchange;
  const session = await loginSessionOf(exchange);
  const form = await readForm(exchange.request);
  if (!session || !form.ok) {
    const refusal = form.ok ? ({ reason: 'transaction_expired' } as const) : form.error;
    exchange.record('authorization.failed', refusal);
    return refusalPage(settings, refusal);
  }
  const origin = exchange.request.headers.get('origin');
  if (
    form.value.form_token !== session.formToken ||
    (origin !== null && origin !== settings.issuer)
  ) {
    exchange.record('authorization.failed', { reason: 'consent_forged', subject: session.subject });
    return refusalPage(settings, { reason: 'consent_forged' });
  }
  const grant = await store.getGrant(form.value.grant ?? '', seconds);
  // Somebody else's grant is answered like one that does not exist.
  if (grant?.subject === session.subject) {
    await revokeGrant(exchange, grant);
    exchange.record('token.revoked', {
      ...grantDetails(grant),
      evidence: { by: 'user' },
    });
  }
  return redirect(settings.issuer + brokerPaths.connections);
};
