import { App, Stack } from 'aws-cdk-lib';
import {
  Authorization,
  addConnectionOutputs,
  SecureMcpServer,
  TrustedIssuer,
} from 'cdk-secure-mcp';

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const directory = '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10';

const server = new SecureMcpServer(stack, 'McpServer', {
  authorization: Authorization.external(
    TrustedIssuer.entraId({
      issuerUrl: `https://login.microsoftonline.com/${directory}/v2.0`,
      audience: ['api://mcp-server'],
      clients: ['3e1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10'],
      scopes: { 'Mcp.Use': ['mcp:tools:read', 'mcp:tools:execute'] },
    }),
  ),
});

addConnectionOutputs(stack, server);
