import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import {
  addConnectionOutputs,
  defaultScopes,
  McpServerCode,
  SecureMcpServer,
} from 'cdk-secure-mcp';

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

// Before `cdk deploy`: npx esbuild server.ts --bundle --platform=node --format=esm --outfile=image/server.mjs
const server = new SecureMcpServer(stack, 'McpServer', {
  code: McpServerCode.fromAsset(fileURLToPath(new URL('image', import.meta.url))),
  scopes: [...defaultScopes, { name: 'mcp:greetings:send', description: 'Greet for you' }],
});

addConnectionOutputs(stack, server);
