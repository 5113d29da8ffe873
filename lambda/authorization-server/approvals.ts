import type { AuthorizationRequest } from '../../oauth/authorization-request.ts';
import { isLoopbackRedirect } from '../../oauth/redirect-uri.ts';
import { missingScopes } from '../../oauth/scope.ts';
import { digest } from './digest.ts';
import type { Exchange } from './exchange.ts';

/**
 * "Do not ask again": what this browser's user has approved, for one exact client and redirect URI.
 * Never for loopback redirects, where nothing proves which program is listening.
 */

const cookieName = 'mcp-approved';
const approvalSeconds = 30 * 24 * 3600;
const maxApprovals = 12;

interface Approval {
  /** Digest of client id and redirect URI: exact, and short. */
  readonly of: string;
  readonly scopes: readonly string[];
}

const approvalKey = ({ clientId, redirectUri }: AuthorizationRequest): string =>
  digest(JSON.stringify([clientId, redirectUri])).slice(0, 22);

const readApprovals = async ({ cookies, seal }: Exchange): Promise<readonly Approval[]> => {
  const sealed = cookies.get(cookieName);
  const opened = sealed === undefined ? undefined : await seal.open('approval', sealed);
  return (opened?.approvals ?? []) as readonly Approval[];
};

export const mayBeRemembered = (request: AuthorizationRequest): boolean =>
  !isLoopbackRedirect(request.redirectUri) && request.redirectUri.startsWith('https://');

/** Whether this browser has already approved this client, redirect URI and all of these scopes. */
export const isRemembered = async (
  exchange: Exchange,
  request: AuthorizationRequest,
): Promise<boolean> => {
  if (!mayBeRemembered(request) || request.prompt?.split(' ').includes('consent')) return false;
  const approvals = await readApprovals(exchange);
  const approval = approvals.find(({ of }) => of === approvalKey(request));
  return approval !== undefined && missingScopes(request.scopes, approval.scopes).length === 0;
};

/** The cookie that remembers an approval, next to the earlier ones. */
export const rememberApproval = async (
  exchange: Exchange,
  request: AuthorizationRequest,
): Promise<string> => {
  const of = approvalKey(request);
  const others = (await readApprovals(exchange)).filter((approval) => approval.of !== of);
  const approvals: Approval[] = [...others, { of, scopes: request.scopes }].slice(-maxApprovals);
  const expiresAt = exchange.seconds + approvalSeconds;
  const sealed = await exchange.seal.seal('approval', { approvals }, expiresAt);
  return exchange.cookies.set(cookieName, sealed, approvalSeconds);
};
