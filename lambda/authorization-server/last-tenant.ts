import type { Exchange } from './exchange.ts';

/**
 * The tenant that this browser signed in to last: shown with the next question, because consent comes
 * before the login and the tenant is not known earlier. Shown only: it decides nothing, and the login
 * that follows may end in another tenant.
 */

const cookieName = 'mcp-last-tenant';
const rememberedSeconds = 30 * 24 * 3600;

/** Undefined when nobody has signed in here, or to no tenant. */
export const lastTenant = async ({ cookies, seal }: Exchange): Promise<string | undefined> => {
  const sealed = cookies.get(cookieName);
  const opened = sealed === undefined ? undefined : await seal.open('last-tenant', sealed);
  return opened?.tenant as string | undefined;
};

/** The cookies that replace what was remembered, also by nothing. */
export const rememberTenant = async (
  { cookies, seal, seconds }: Exchange,
  tenant: string | undefined,
): Promise<readonly string[]> => {
  if (tenant === undefined)
    return cookies.get(cookieName) === undefined ? [] : [cookies.clear(cookieName)];
  const sealed = await seal.seal('last-tenant', { tenant }, seconds + rememberedSeconds);
  return [cookies.set(cookieName, sealed, rememberedSeconds)];
};
