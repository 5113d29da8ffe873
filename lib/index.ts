/** The public API: what is not here is not for others to use. */

export { Authorization } from './authorization/authorization.ts';
export {
  AuthorizationServer,
  type AuthorizationServerProps,
} from './authorization/authorization-server.ts';
export type { Branding } from './authorization/branding.ts';
export type { BrokerOptions } from './authorization/broker-authorization.ts';
export {
  ClientRegistration,
  type PreRegisteredClient,
} from './authorization/client-registration.ts';
export type { DirectOptions } from './authorization/direct-authorization.ts';
export type { DirectClientOptions } from './authorization/direct-client.ts';
export type { ExistingUserPoolProps } from './authorization/existing-user-pool.ts';
export { GrantTable, type GrantTableProps } from './authorization/grant-table.ts';
export {
  IdentityProvider,
  type IdentityProviderOptions,
  type OidcIdentityProviderOptions,
  type SamlIdentityProviderOptions,
} from './authorization/identity-provider.ts';
export { LoginWebAcl, type LoginWebAclProps } from './authorization/login-web-acl.ts';
export { MachineClient, type MachineClientProps } from './authorization/machine-client.ts';
export { defaultScopes, type McpScope } from './authorization/oauth-scopes.ts';
export { Operator, type OperatorProps } from './authorization/operator.ts';
export {
  type MachineClientGrant,
  PreTokenGeneration,
  type PreTokenGenerationProps,
} from './authorization/pre-token-generation.ts';
export { SignInClient, type SignInClientProps } from './authorization/sign-in-client.ts';
export { Tenancy } from './authorization/tenancy.ts';
export { TrustedIssuer, type TrustedIssuerOptions } from './authorization/trusted-issuer.ts';
export {
  type IMcpUserPool,
  McpUserPool,
  type McpUserPoolProps,
} from './authorization/user-pool.ts';
export type { UserPoolOptions } from './authorization/user-pool-authorization.ts';
export { addConnectionOutputs } from './connection-outputs.ts';
export { Detection, type Detections, type DetectionThresholds } from './detection/detection.ts';
export { FindingResponse, type FindingResponseProps } from './detection/finding-response.ts';
export { AccessLog, type AccessLogProps } from './edge/access-log.ts';
export { CloudFrontIngress, type CloudFrontIngressProps } from './edge/cloudfront-ingress.ts';
export { McpDistribution, type McpDistributionProps } from './edge/distribution.ts';
export { McpWebAcl, type McpWebAclProps } from './edge/web-acl.ts';
export type { AlarmThresholds } from './observability/alarm-thresholds.ts';
export { ExportLayout } from './observability/export-layout.ts';
export { Monitoring, type MonitoringProps } from './observability/monitoring.ts';
export { Observability, type ObservabilityOptions } from './observability/observability.ts';
export type { WatchedParts } from './observability/operational-alarms.ts';
export type { PlannedAlarm } from './observability/planned-alarm.ts';
export {
  SecurityEventExport,
  type SecurityEventExportProps,
} from './observability/security-event-export.ts';
export {
  SecurityLogGroup,
  type SecurityLogGroupProps,
} from './observability/security-log-group.ts';
export { ServerMetrics } from './observability/server-metrics.ts';
export type { GitHubJob } from './pipeline/git-hub.ts';
export { GitHubDeployRole, type GitHubDeployRoleProps } from './pipeline/github-deploy-role.ts';
export { SecureMcpPipeline, type SecureMcpPipelineProps } from './pipeline/secure-mcp-pipeline.ts';
export {
  VerificationAccess,
  type VerificationAccessProps,
} from './pipeline/verification-access.ts';
export type { VerificationOutputs, VerifiedStage } from './pipeline/verified-stage.ts';
export { Verifier } from './pipeline/verifier.ts';
export { SecureMcpServer } from './secure-mcp-server.ts';
export type { SecureMcpServerProps } from './secure-mcp-server-props.ts';
export { type CanaryOptions, Deployment } from './service/deployment.ts';
export { Egress } from './service/egress.ts';
export type { GuardedServerOptions } from './service/guarded-server.ts';
export { KeyRelay, type KeyRelayProps, type RelayedIssuer } from './service/key-relay.ts';
export { LoadBalancer, type LoadBalancerProps } from './service/load-balancer.ts';
export { type Companion, McpServerCode, type McpServerImage } from './service/mcp-server-code.ts';
export { McpService, type McpServiceProps } from './service/mcp-service.ts';
export { Network, type NetworkProps } from './service/network.ts';
export { PrivateEndpoints, type PrivateEndpointsProps } from './service/private-endpoints.ts';
export { RateLimit, type RateLimits } from './service/rate-limits.ts';
export { SharedStore } from './service/shared-store.ts';
export { Valkey, type ValkeyOptions, type ValkeyProps } from './service/valkey.ts';
