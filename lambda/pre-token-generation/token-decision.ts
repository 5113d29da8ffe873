import { grantedScopes } from '../../oauth/scope-grant.ts';
import { type TenantRefusal, tenantOfMachineClient, tenantOfUser } from '../../oauth/tenant.ts';
import type { PreTokenGenerationConfig } from './config.ts';
import type { PreTokenGenerationEvent } from './event.ts';
import { identityProvidersOf } from './identity-providers.ts';

/** What an access token may say beyond what Cognito puts into it. */
export interface TokenDecision {
  readonly claims: Readonly<Record<string, string>>;
  /** Short names. */
  readonly granted: readonly string[];
  /** Why nothing at all was granted, where that is nobody's choice. */
  readonly refusal?: TenantRefusal | 'client_not_allowed';
}

const nothing = (refusal: NonNullable<TokenDecision['refusal']>): TokenDecision => ({
  claims: {},
  granted: [],
  refusal,
});

// Belonging to no tenant is ordinary without tenancy. Belonging to two is a mistake somewhere, and
// any scope granted on top of it could be used on the wrong tenant's data.
const withoutTenant = (refusal: TenantRefusal, decision: TokenDecision): TokenDecision =>
  refusal === 'tenant_missing' ? decision : nothing(refusal);

const decideForUser = (
  { request }: PreTokenGenerationEvent,
  config: PreTokenGenerationConfig,
): TokenDecision => {
  const groups = request.groupConfiguration?.groupsToOverride ?? [];
  const identityProviders = identityProvidersOf(request.userAttributes);
  const tenant = tenantOfUser({ groups, identityProviders }, config.identityProviderTenants);
  const granted = grantedScopes(groups, config);
  return tenant.ok
    ? { claims: { tenant_id: tenant.value }, granted }
    : withoutTenant(tenant.error, { claims: {}, granted });
};

const decideForMachine = (
  { callerContext }: PreTokenGenerationEvent,
  config: PreTokenGenerationConfig,
): TokenDecision => {
  const client = Object.hasOwn(config.machineClients, callerContext.clientId)
    ? config.machineClients[callerContext.clientId]
    : undefined;
  if (!client) return nothing('client_not_allowed');
  const tenant = tenantOfMachineClient(client.tenant);
  // Cognito cannot bind client-credentials tokens to a resource (no `aud`); this claim stands in.
  const claims = { mcp_resource: config.resourceIdentifier };
  return tenant.ok
    ? { claims: { ...claims, tenant_id: tenant.value }, granted: client.scopes }
    : withoutTenant(tenant.error, { claims, granted: client.scopes });
};

/** Users are judged by their groups, machine clients by their entry in the configuration. */
export const decideToken = (
  event: PreTokenGenerationEvent,
  config: PreTokenGenerationConfig,
): TokenDecision =>
  event.triggerSource === 'TokenGeneration_ClientCredentials'
    ? decideForMachine(event, config)
    : decideForUser(event, config);
