import { App, Stack } from 'aws-cdk-lib';
import { addConnectionOutputs, SecureMcpServer } from 'cdk-secure-mcp';

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const server = new SecureMcpServer(stack, 'McpServer');

addConnectionOutputs(stack, server);
