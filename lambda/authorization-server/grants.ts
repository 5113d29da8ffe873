import type { OAuthRefusal } from '../../oauth/oauth-error.ts';
import { redirectDestination } from '../../oauth/redirect-uri.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import { loggedClientId } from './client-registry.ts';
import { derivedSecret, digest, isSameSecret } from './digest.ts';
import type { Exchange } from './exchange.ts';
import type { SealingKey } from './seal.ts';
import type { AuthorizationCodeRecord, GrantRecord } from './store/grant-store.ts';
import type { UpstreamTokens } from './upstream.ts';

/** A grant's life: created by a code, kept alive by its refresh handle, ended by its user or by abuse. */

/** How long the handle before the current one still works: a lost response must not kill a client. */
export const graceSeconds = 10;

/**
 * The handle a client holds: `<grant id>.<random>.<authentication code>`. The code tells a handle that
 * we once gave out from one that somebody made up: only the first may count as reuse, or anyone who
 * has seen a grant id in a log could end the grant.
 */
const handleOf = (grantId: string, random: string, key: string): string =>
  `${grantId}.${random}.${derivedSecret(key, 'refresh-handle', `${grantId}.${random}`).slice(0, 22)}`;

/** The grant that an authentic handle names. Does not say whether the handle is still the current one. */
const grantIdOf = (handle: string, { settings }: Exchange): string | undefined => {
  const [grantId, random, code, ...rest] = handle.split('.');
  if (!grantId || !random || !code || rest.length > 0) return undefined;
  const isOurs = settings.sealingKeys.some(({ key }) =>
    isSameSecret(handleOf(grantId, random, key), handle),
  );
  return isOurs ? grantId : undefined;
};

const freshHandle = async (exchange: Exchange, grantId: string, expiresAt: number) => {
  const { randomToken, seal, settings } = exchange;
  const [current] = settings.sealingKeys;
  const handle = handleOf(grantId, randomToken(), (current as SealingKey).key);
  return {
    handle,
    handleHash: digest(handle),
    sealedHandle: await seal.seal('refresh-handle', { handle }, expiresAt),
  };
};

const sealRefreshToken = (exchange: Exchange, refreshToken: string, expiresAt: number) =>
  exchange.seal.seal('upstream-refresh-token', { refreshToken }, expiresAt);

export const openRefreshToken = async (
  exchange: Exchange,
  grant: GrantRecord,
): Promise<string | undefined> => {
  const opened = await exchange.seal.open(
    'upstream-refresh-token',
    grant.sealedUpstreamRefreshToken,
  );
  return opened?.refreshToken as string | undefined;
};

/** Turns a redeemed code into a grant. */
export const createGrant = async (
  exchange: Exchange,
  record: AuthorizationCodeRecord,
  client: { readonly clientName: string },
  refreshToken: string,
): Promise<{ readonly grant: GrantRecord; readonly handle: string }> => {
  const { seconds, settings, store } = exchange;
  const expiresAt = seconds + settings.grantLifetimeSeconds;
  const { handle, ...hashes } = await freshHandle(exchange, record.grantId, expiresAt);
  const { grantId, subject, username, tenant, clientId, scopes, originTokenId } = record;
  const grant: GrantRecord = {
    grantId,
    subject,
    ...(username !== undefined && { username }),
    ...(tenant !== undefined && { tenant }),
    ...(originTokenId !== undefined && { originTokenId }),
    clientId,
    clientName: client.clientName,
    redirectHost: redirectDestination(record.redirectUri),
    scopes,
    sealedUpstreamRefreshToken: await sealRefreshToken(exchange, refreshToken, expiresAt),
    ...hashes,
    rotatedAt: seconds,
    generation: 1,
    createdAt: seconds,
    expiresAt,
  };
  await store.putGrant(grant);
  return { grant, handle };
};

/** What every event about a grant says of it. */
export const grantDetails = (grant: GrantRecord) => ({
  grantId: grant.grantId,
  subject: grant.subject,
  ...(grant.tenant !== undefined && { tenant: grant.tenant }),
  ...(grant.originTokenId !== undefined && { originTokenId: grant.originTokenId }),
  mcpClient: { id: loggedClientId(grant.clientId), name: grant.clientName },
});

/** How a presented handle relates to its grant. */
export type HandleState = 'current' | 'previous-in-grace' | 'reused';

export const handleState = (grant: GrantRecord, handle: string, seconds: number): HandleState => {
  const hash = digest(handle);
  if (hash === grant.handleHash) return 'current';
  if (hash !== grant.previousHandleHash) return 'reused';
  return seconds - grant.rotatedAt <= graceSeconds ? 'previous-in-grace' : 'reused';
};

/**
 * Moves a grant to its next handle after a successful upstream refresh. `undefined` when somebody
 * else moved it first: the caller looks again and finds itself within the grace step.
 */
export const rotateGrant = async (
  exchange: Exchange,
  grant: GrantRecord,
  tokens: UpstreamTokens,
): Promise<string | undefined> => {
  const { seconds, settings, store } = exchange;
  const expiresAt = seconds + settings.grantLifetimeSeconds;
  const { handle, ...hashes } = await freshHandle(exchange, grant.grantId, expiresAt);
  const refreshToken = tokens.refreshToken ?? (await openRefreshToken(exchange, grant));
  const next: GrantRecord = {
    ...grant,
    ...hashes,
    sealedUpstreamRefreshToken: await sealRefreshToken(exchange, refreshToken as string, expiresAt),
    previousHandleHash: grant.handleHash,
    rotatedAt: seconds,
    generation: grant.generation + 1,
    expiresAt,
  };
  return (await store.replaceGrant(next, grant.generation)) ? handle : undefined;
};

/** Within the grace step the same current handle is handed out again, so that two callers agree. */
export const repeatHandle = async (
  exchange: Exchange,
  grant: GrantRecord,
  tokens: UpstreamTokens,
): Promise<string | undefined> => {
  const opened = await exchange.seal.open('refresh-handle', grant.sealedHandle);
  if (tokens.refreshToken) {
    const sealed = await sealRefreshToken(exchange, tokens.refreshToken, grant.expiresAt);
    const next = { ...grant, sealedUpstreamRefreshToken: sealed, generation: grant.generation + 1 };
    // Losing this race is harmless: the other caller's upstream token is as good as ours.
    await exchange.store.replaceGrant(next, grant.generation);
  }
  return opened?.handle as string | undefined;
};

/**
 * Ends the access tokens of a sign-in, at the resource server within seconds. Without an
 * `origin_jti`, which Cognito leaves out when token revocation is off, they live until they expire.
 */
export const endSignIn = async (
  { revocations }: Exchange,
  originTokenId: string | undefined,
): Promise<void> => {
  if (originTokenId !== undefined) await revocations.revoke('sign-in', originTokenId);
};

/** Ends a grant here and at Cognito. The order matters: what is deleted here cannot be used meanwhile. */
export const revokeGrant = async (exchange: Exchange, grant: GrantRecord): Promise<void> => {
  await exchange.store.deleteGrant(grant.grantId);
  await endSignIn(exchange, grant.originTokenId);
  const refreshToken = await openRefreshToken(exchange, grant);
  if (refreshToken !== undefined) await exchange.upstream.revoke(refreshToken);
};

/** The grant of a refresh handle, if the client may use it. */
export const findGrant = async (
  exchange: Exchange,
  handle: string,
  clientId: string,
): Promise<Result<GrantRecord, OAuthRefusal>> => {
  const grantId = grantIdOf(handle, exchange);
  const grant = grantId && (await exchange.store.getGrant(grantId, exchange.seconds));
  if (!grant) return err({ reason: 'refresh_unknown' });
  // Another client's handle proves nothing about this client; the grant is left alone.
  return grant.clientId === clientId ? ok(grant) : err({ reason: 'refresh_client_mismatch' });
};

/** A tenant that was blocked since gets nothing more. */
export const checkTenant = async (
  { revocations }: Exchange,
  tenant: string | undefined,
): Promise<OAuthRefusal | undefined> => {
  const isBlocked = tenant !== undefined && (await revocations.isBlocked('tenant', tenant));
  return isBlocked ? { reason: 'grant_tenant_blocked' } : undefined;
};
