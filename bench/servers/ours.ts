import type { McpServer } from '@modelcontextprotocol/server';
import { asCaller } from '../../server/mcp/caller.ts';
import { defineTool } from '../../server/mcp/tool.ts';
import { createSecurityLog } from '../../server/security-log.ts';
import { startResourceServer } from '../../server/start-resource-server.ts';
import { createVerifiedTokens, defaultTokenPlaces } from '../../server/verified-tokens.ts';
import { guardedEchoTool } from './echo-tool.ts';
import { serverConfig } from './server-config.ts';
import { hasSlowTools, jwks, toolNames } from './settings.ts';
import { registerCount, waitFor, waitSchema } from './slow-tools.ts';

/** This package with everything on: token, limits, policy, tenant of the argument, security event. */

const tools = toolNames.map(guardedEchoTool);

const wait = defineTool({
  name: 'wait',
  title: 'Wait',
  description: 'Waits.',
  requiredScopes: ['mcp:tools:execute'],
  tenantArgument: 'tenant',
  inputSchema: waitSchema,
  annotations: { readOnlyHint: true },
  handler: (_, { signal }) => waitFor(signal),
});
const counted = { scopes: ['mcp:tools:execute'], tenantArgument: 'tenant' };

const application = {
  name: 'bench',
  version: '1.0.0',
  tools: hasSlowTools ? [...tools, wait] : tools,
  ...(hasSlowTools && {
    access: { tools: { count: counted } },
    register: (server: McpServer) =>
      registerCount(
        server,
        (handler) => (args, context) => asCaller(context, () => handler(args, context)),
      ),
  }),
};

const withEvents = process.env.BENCH_EVENTS !== 'off';
const securityLog = withEvents ? createSecurityLog(process.stdout) : { record: () => undefined };

await startResourceServer(serverConfig, {
  securityLog,
  verifiedTokens: createVerifiedTokens(Number(process.env.BENCH_TOKEN_CACHE ?? defaultTokenPlaces)),
  fetchJwks: async () => new Response(jwks),
  application,
});
