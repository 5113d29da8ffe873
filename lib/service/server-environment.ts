import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { brokerPaths } from '../../oauth/well-known.ts';
import type { ServerEnvironment } from '../../server/environment.ts';
import type {
  AuthorizationParts,
  TokenIssuerSettings,
} from '../authorization/authorization-context.ts';
import { defaultScopes, everydayScopes, type McpScope } from '../authorization/oauth-scopes.ts';
import { Tenancy } from '../authorization/tenancy.ts';
import { type Detections, detectionsJson } from '../detection/detection.ts';
import { viewerAddressHeader } from '../edge/distribution.ts';
import { metricsNamespace } from '../observability/metrics-namespace.ts';
import type { Observability } from '../observability/observability.ts';
import type { KeyRelay } from './key-relay.ts';
import { type RateLimits, rateLimitsJson } from './rate-limits.ts';

export interface ServerSettings {
  readonly resourceIdentifier: string;
  readonly authorization: AuthorizationParts;
  readonly productName?: string;
  readonly scopes?: readonly McpScope[];
  readonly tenancy?: Tenancy;
  readonly detections?: Detections;
  readonly allowedOrigins?: readonly string[];
  readonly logsFullAddresses?: boolean;
  readonly rateLimits?: RateLimits;
  /** Where copies of keys are, for a server that cannot reach the issuers. */
  readonly keyRelay?: KeyRelay;
  readonly observability?: Observability;
}

const issuersJson = (
  construct: IConstruct,
  issuers: readonly TokenIssuerSettings[],
  keyRelay: KeyRelay | undefined,
): string =>
  Stack.of(construct).toJsonString(
    issuers.map(({ issuer, rules }) => ({
      issuer,
      ...rules,
      ...(keyRelay && { jwksUri: keyRelay.jwksUri(issuer) }),
    })),
  );

/** The server's variables, as {@link file://../../server/environment.ts} names them. */
export const serverEnvironment = (
  construct: IConstruct,
  settings: ServerSettings,
): ServerEnvironment => {
  const { authorization, allowedOrigins = [], tenancy = Tenancy.off() } = settings;
  return {
    RESOURCE_IDENTIFIER: settings.resourceIdentifier,
    AUTHORIZATION_SERVER: authorization.authorizationServerUrl,
    TOKEN_ISSUERS: issuersJson(construct, authorization.tokenIssuers, settings.keyRelay),
    USER_CLIENTS: authorization.userClients,
    MACHINE_CLIENTS: authorization.machineClients,
    TENANCY: tenancy.mode,
    ALLOWED_ORIGINS: allowedOrigins.join(' '),
    EVERYDAY_SCOPES: everydayScopes(settings.scopes ?? defaultScopes).join(' '),
    ...(settings.rateLimits && { RATE_LIMITS: rateLimitsJson(settings.rateLimits) }),
    CLIENT_ADDRESS_HEADER: viewerAddressHeader.toLowerCase(),
    LOG_ADDRESSES: (settings.logsFullAddresses ?? true) ? 'full' : 'network',
    RESOURCE_NAME: settings.productName ?? 'MCP server',
    METRICS_NAMESPACE: metricsNamespace(construct),
    DETECTIONS: detectionsJson(settings.detections),
    // A network without a way out cannot reach the public address either.
    ...(authorization.authorizationServer &&
      !settings.keyRelay && {
        REVOCATION_FEED: authorization.authorizationServerUrl + brokerPaths.revocations,
      }),
    METRICS_TOOLS: (settings.observability?.options.toolMetrics ?? []).join(' '),
  };
};
