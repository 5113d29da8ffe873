import { App, Stack } from 'aws-cdk-lib';
import { addConnectionOutputs, SecureMcpServer, Tenancy } from 'cdk-secure-mcp';

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const server = new SecureMcpServer(stack, 'McpServer', {
  tenancy: Tenancy.required(['acme', 'globex']),
  groupScopes: {
    readers: ['mcp:tools:read', 'mcp:resources:read'],
    editors: ['mcp:tools:read', 'mcp:tools:execute', 'mcp:resources:read', 'mcp:prompts:read'],
  },
});

addConnectionOutputs(stack, server);
