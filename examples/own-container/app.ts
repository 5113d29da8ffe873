import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { addConnectionOutputs, McpServerCode, SecureMcpServer } from 'cdk-secure-mcp';

export const app = new App();
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });

const server = new SecureMcpServer(stack, 'McpServer', {
  code: McpServerCode.guarded({
    image: ContainerImage.fromRegistry('public.ecr.aws/example/tickets-mcp:1.4.2'),
    port: 3001,
    accessPolicyFile: fileURLToPath(new URL('policy.json', import.meta.url)),
  }),
});

addConnectionOutputs(stack, server);
