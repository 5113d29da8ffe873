import { App, Stack } from 'aws-cdk-lib';
import { addConnectionOutputs, Egress, SecureMcpServer } from 'cdk-secure-mcp';

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const server = new SecureMcpServer(stack, 'McpServer', { egress: Egress.isolated() });

addConnectionOutputs(stack, server);
