import { defineTool } from '../../server/mcp/tool.ts';
import { createSecurityLog } from '../../server/security-log.ts';
import { startResourceServer } from '../../server/start-server.ts';
import { createVerifiedTokens, defaultTokenPlaces } from '../../server/verified-tokens.ts';
import { answerOf, description, inputSchema } from './echo.ts';
import { serverConfig } from './server-config.ts';
import { jwks, toolNames } from './settings.ts';

/** This package with everything on: token, limits, policy, tenant of the argument, security event. */

const tools = toolNames.map((name) =>
  defineTool({
    name,
    title: 'Echo',
    description,
    requiredScopes: ['mcp:tools:execute'],
    tenantArgument: 'tenant',
    inputSchema,
    annotations: { readOnlyHint: true },
    handler: ({ text }) => answerOf(text),
  }),
);

const withEvents = process.env.BENCH_EVENTS !== 'off';
const securityLog = withEvents ? createSecurityLog(process.stdout) : { record: () => undefined };

await startResourceServer(serverConfig, {
  securityLog,
  verifiedTokens: createVerifiedTokens(Number(process.env.BENCH_TOKEN_CACHE ?? defaultTokenPlaces)),
  fetchJwks: async () => new Response(jwks),
  application: { name: 'bench', version: '1.0.0', tools },
});
