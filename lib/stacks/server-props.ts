import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { Mfa } from 'aws-cdk-lib/aws-cognito';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Authorization } from '../authorization/authorization.ts';
import { ClientRegistration } from '../authorization/client-registration.ts';
import { IdentityProvider } from '../authorization/identity-provider.ts';
import { Tenancy } from '../authorization/tenancy.ts';
import { TrustedIssuer } from '../authorization/trusted-issuer.ts';
import type { IMcpUserPool } from '../authorization/user-pool.ts';
import { Observability } from '../observability/observability.ts';
import type { SecureMcpServerProps } from '../secure-mcp-server-props.ts';
import { Deployment } from '../service/deployment.ts';
import { Egress } from '../service/egress.ts';
import { RateLimit, type RateLimits } from '../service/rate-limits.ts';
import { SharedStore } from '../service/shared-store.ts';
import type {
  IdentityProviderConfiguration,
  IssuerConfiguration,
  StageConfiguration,
} from './stage-configuration.ts';

/** A stage's configuration in the construct's own terms. */

const mfaOf = { required: Mfa.REQUIRED, optional: Mfa.OPTIONAL } as const;

export const removalPolicyOf = ({ isDisposable }: StageConfiguration): RemovalPolicy =>
  isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;

const egressOf = ({ vpc, egress, natGateways }: StageConfiguration): Egress | undefined => {
  if (vpc) return undefined;
  switch (egress) {
    case 'isolated':
      return Egress.isolated();
    case 'nat-instance':
      return Egress.natInstance();
    default:
      return Egress.natGateway(natGateways);
  }
};

const identityProviderOf = (configuration: IdentityProviderConfiguration): IdentityProvider => {
  const { name, tenant, metadataUrl, issuerUrl = '', clientId = '' } = configuration;
  if (metadataUrl) return IdentityProvider.saml({ name, tenant, metadataUrl });
  const clientSecret = SecretValue.secretsManager(configuration.clientSecretName ?? '');
  return IdentityProvider.oidc({ name, tenant, issuerUrl, clientId, clientSecret });
};

const trustedIssuers = {
  entra: TrustedIssuer.entraId,
  auth0: TrustedIssuer.auth0,
  okta: TrustedIssuer.okta,
  cognito: TrustedIssuer.cognito,
} as const;

const trustedIssuerOf = ({ product, ...options }: IssuerConfiguration): TrustedIssuer =>
  trustedIssuers[product](options);

const clientRegistrationOf = (configuration: StageConfiguration): ClientRegistration => {
  const { clientDocuments, preRegisteredClients } = configuration;
  if (clientDocuments) return ClientRegistration.metadataDocuments(clientDocuments);
  return preRegisteredClients
    ? ClientRegistration.preRegistered(preRegisteredClients)
    : ClientRegistration.open();
};

/** @param userPool one that exists, in place of a new one */
export const authorizationOf = (
  configuration: StageConfiguration,
  userPool?: IMcpUserPool,
): Authorization => {
  const { authorization, mfa, isDisposable, directClients, issuers } = configuration;
  if (authorization === 'external')
    return Authorization.external(...(issuers ?? []).map(trustedIssuerOf));
  const pool = {
    userPool,
    identityProviders: (configuration.identityProviders ?? []).map(identityProviderOf),
    ...(!configuration.userPool && { mfa: mfaOf[mfa ?? 'required'] }),
  };
  if (authorization === 'direct')
    return Authorization.direct({ ...pool, clients: directClients ?? [] });
  return Authorization.broker({
    ...pool,
    clientRegistration: clientRegistrationOf(configuration),
    protectLoginPage: !isDisposable && !configuration.userPool,
  });
};

export const observabilityOf = ({ alarms, alarmEmail }: StageConfiguration): Observability => {
  const options = { notifyEmail: alarmEmail };
  if (alarms === 'none') return Observability.logsOnly();
  return alarms === 'essential' ? Observability.essential(options) : Observability.full(options);
};

const rateLimitsOf = ({ rateLimits }: StageConfiguration): RateLimits | undefined =>
  rateLimits &&
  Object.fromEntries(
    Object.entries(rateLimits).map(([name, calls]) => [name, RateLimit.perMinute(calls)]),
  );

const tenancyOf = ({ tenants, requiresTenant }: StageConfiguration): Tenancy => {
  if (tenants) return Tenancy.required(tenants);
  return requiresTenant ? Tenancy.required() : Tenancy.off();
};

/** All but what has to be made in a stack: domain, existing network, existing user pool. */
export const serverProps = (configuration: StageConfiguration): SecureMcpServerProps => {
  const { productName, scopes, groupScopes, allowedOrigins } = configuration;
  const { minTasks, maxTasks, useSpot, sharedStore, deployment } = configuration;
  return {
    productName,
    scopes,
    groupScopes,
    allowedOrigins,
    minTasks,
    maxTasks,
    useSpot,
    egress: egressOf(configuration),
    sharedStore: sharedStore && SharedStore.valkey(),
    rateLimits: rateLimitsOf(configuration),
    deployment: deployment === 'canary' ? Deployment.canary() : Deployment.rolling(),
    tenancy: tenancyOf(configuration),
    observability: observabilityOf(configuration),
    logRetention: configuration.isDisposable ? RetentionDays.ONE_MONTH : RetentionDays.ONE_YEAR,
    removalPolicy: removalPolicyOf(configuration),
  };
};
