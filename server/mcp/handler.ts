import {
  createMcpHandler,
  McpServer,
  type McpServerFactory,
  preloadSchemas,
} from '@modelcontextprotocol/server';
import { type AccessPolicy, isReachable } from '../../oauth/access-policy.ts';
import type { NamedRule } from '../../oauth/access-rule.ts';
import type { McpOperation, McpReference } from '../../oauth/mcp-operation.ts';
import type { McpApplication } from './application.ts';
import type { AccessDemands, BackendEnvironment, McpBackend, McpEndpoint } from './backend.ts';
import { authInfoOf, type Exchange } from './caller.ts';
import { createDirectCalls } from './direct-call.ts';
import { rulesByName } from './rules-by-name.ts';
import { createSubscriptions, isSubscription } from './subscriptions.ts';
import type { Tool } from './tool.ts';

export type { McpEndpoint } from './backend.ts';

const credentialHeaders = ['authorization', 'cookie', 'proxy-authorization'];

/** The SDK hands the request to every handler, so what it must not see has to go before. */
export const withoutCredentials = (request: Request): Request => {
  for (const name of credentialHeaders) request.headers.delete(name);
  return request;
};

type IsVisible = (kind: McpReference['kind'], name: string) => boolean;

/**
 * The one declared tool that a call is about. Registering a tool costs 4 µs, so a server of two
 * hundred would spend most of a call on tools that the call does not name.
 */
const soleTool = (
  { tools }: McpApplication,
  operations: readonly McpOperation[] = [],
): Tool | undefined => {
  const [operation, ...others] = operations;
  if (operation?.method !== 'tools/call' || others.length > 0) return undefined;
  return tools.find(({ name }) => name === operation.target);
};

/** Registers what this caller is to see, in the order of the application. */
const registerOn = (server: McpServer, application: McpApplication, isVisible: IsVisible): void => {
  const { tools, resources = [], prompts = [], register } = application;
  for (const tool of tools) if (isVisible('tool', tool.name)) tool.register(server);
  for (const resource of resources)
    if (isVisible('template', resource.rule.pattern.source)) resource.register(server);
  for (const prompt of prompts) if (isVisible('prompt', prompt.name)) prompt.register(server);
  register?.(server);
};

/** One server per request, with what its caller is to see. */
const factoryOf = (application: McpApplication, accessPolicy: AccessPolicy): McpServerFactory => {
  const { name, title, version, instructions, requestState, hideUnreachable } = application;
  return ({ authInfo, era }) => {
    const exchange = authInfo?.extra?.exchange as Exchange | undefined;
    const principal = exchange?.principal;
    const server = new McpServer({ name, title, version }, { instructions, requestState });
    // Not to clients of 2025: without sessions there is nothing that could reach them.
    if (application.resourceSubscriptions && era === 'modern')
      server.server.registerCapabilities({ resources: { subscribe: true } });
    // The SDK answers lists with `cacheScope: private`, which a list that varies has to be.
    const isVisible: IsVisible = (kind, target) =>
      hideUnreachable && principal
        ? isReachable(principal, { kind, name: target }, accessPolicy)
        : true;
    const tool = soleTool(application, exchange?.operations);
    if (tool && isVisible('tool', tool.name)) tool.register(server);
    else registerOn(server, application, isVisible);
    return server;
  };
};

const createEndpoint = (
  application: McpApplication,
  environment: BackendEnvironment,
): McpEndpoint => {
  const { accessPolicy, keepAliveMs } = environment;
  preloadSchemas();
  const factory = factoryOf(application, accessPolicy);
  const handler = createMcpHandler(factory, { responseMode: 'auto', keepAliveMs });
  const subscriptions = createSubscriptions(factory, environment);
  const direct = createDirectCalls(application, keepAliveMs);
  const isHidden = ({ principal }: Exchange, tool: Tool): boolean =>
    Boolean(application.hideUnreachable) &&
    !isReachable(principal, { kind: 'tool', name: tool.name }, accessPolicy);
  return {
    handleDirectly: async (call) => {
      const tool = soleTool(application, call.exchange.operations);
      return tool && !isHidden(call.exchange, tool) ? direct.handle(call, tool) : undefined;
    },
    handle: ({ toRequest, body: parsedBody, exchange }) => {
      const { principal } = exchange;
      const request = toRequest();
      const authInfo = authInfoOf(exchange);
      if (isSubscription(parsedBody)) {
        const call = { parsedBody, authInfo, principal };
        return subscriptions.open(withoutCredentials(request), call);
      }
      return handler.fetch(withoutCredentials(request), {
        ...(parsedBody !== undefined && { parsedBody }),
        authInfo,
      });
    },
    drain: subscriptions.close,
    close: async () => {
      direct.close();
      await Promise.all([subscriptions.close(), handler.close()]);
    },
  };
};

/** Two rules for one name would leave open which of them guards it. */
const merged = (
  elsewhere: Readonly<Record<string, NamedRule>> = {},
  declared: Readonly<Record<string, NamedRule>>,
): Readonly<Record<string, NamedRule>> => {
  const twice = Object.keys(declared).find((name) => Object.hasOwn(elsewhere, name));
  if (twice !== undefined) throw new Error(`'access' must not name '${twice}', which has a rule`);
  return { ...elsewhere, ...declared };
};

const demandsOf = (application: McpApplication): AccessDemands => {
  const { tools, resources = [], prompts = [], access = {} } = application;
  return {
    ...access,
    tools: merged(access.tools, rulesByName('tool', tools)),
    prompts: merged(access.prompts, rulesByName('prompt', prompts)),
    resources: [...(access.resources ?? []), ...resources.map(({ rule }) => rule)],
  };
};

/**
 * Serves an application to MCP 2026-07-28 and to all 2025 revisions on one endpoint, without
 * sessions. GET and DELETE get the SDK's 405.
 *
 * Checks no token, scope, Host or Origin: whoever calls it has done so. Takes the request over and
 * removes its credentials.
 */
export const applicationBackend = (application: McpApplication): McpBackend => ({
  access: demandsOf(application),
  open: (environment) => createEndpoint(application, environment),
});
