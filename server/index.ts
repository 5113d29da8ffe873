/**
 * `cdk-secure-mcp/server`: an MCP server of one's own behind the pipeline. Write tools with
 * `defineTool`, hand them to `serve`; or hand over a whole server, with `fromV1Server` or
 * `guardUpstream`.
 */

export type { AccessRule, NamedRule, ResourceRule } from '../oauth/access-rule.ts';
export type { ChangeReach } from '../oauth/change-reach.ts';
export type { Principal } from '../oauth/principal.ts';
export { type ResourcePattern, resourcePattern } from '../oauth/resource-pattern.ts';
export type { ScopeHierarchy } from '../oauth/scope-hierarchy.ts';
export type { SecurityEvent, SecurityLog } from '../oauth/security-event.ts';
export { sameTenant } from '../oauth/tenant-guard.ts';
export type { Change } from './changes/change.ts';
export type { Notifier, NotifierReach } from './changes/notifier.ts';
export { parseServerConfig, type ServerConfig } from './config.ts';
export type { ServerEnvironment } from './environment.ts';
export { ConfigurationError } from './environment-reader.ts';
export {
  type GuardPolicy,
  parseAccessPolicyFile,
} from './guard/access-policy-file.ts';
export type { IdentityKey } from './guard/caller-identity.ts';
export { type GuardOptions, guardUpstream } from './guard/guard.ts';
export type { McpApplication } from './mcp/application.ts';
export type { AccessDemands, McpBackend, McpCall, McpEndpoint } from './mcp/backend.ts';
export { asCaller, type Caller, callerOf, TenantDenied, UserFacingError } from './mcp/caller.ts';
export { createHandles, type Handles } from './mcp/handles.ts';
export { definePrompt, type McpPrompt, type PromptDefinition } from './mcp/prompt.ts';
export { createRequestState } from './mcp/request-state.ts';
export { defineResource, type McpResource, type ResourceDefinition } from './mcp/resource.ts';
export { defineTool, type Tool, type ToolDefinition } from './mcp/tool.ts';
export { fromV1Server, type V1Access, type V1Server } from './mcp/v1-backend.ts';
export { createSecurityLog } from './security-log.ts';
export { serve } from './serve.ts';
export type { ServeOptions } from './serve-with.ts';
export { type StartOptions, startResourceServer } from './start-resource-server.ts';
export type { RunningServer } from './start-server.ts';
