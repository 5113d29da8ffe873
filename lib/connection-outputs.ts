import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { connectLines } from '../server/connect-lines.ts';
import type { SecureMcpServer } from './secure-mcp-server.ts';

/**
 * Writes what people need after a deployment into the outputs of a stack: the MCP URL, a line to
 * paste for each known client, and the commands that let the first user in and check the server.
 * None of it is secret.
 *
 * Does not write them twice: one server a scope.
 *
 * @param scope a stack, for outputs of short names
 * @returns the output with the MCP URL
 * @example
 * addConnectionOutputs(stack, new SecureMcpServer(stack, 'McpServer'));
 */
export const addConnectionOutputs = (scope: Construct, server: SecureMcpServer): CfnOutput => {
  const { url, productName, userPool } = server;
  const write = (name: string, value: string, description: string): CfnOutput =>
    new CfnOutput(scope, name, { value, description });
  const mcpUrl = write('McpUrl', url, 'Give this to MCP clients');
  for (const { id, client, instruction, line } of connectLines({
    resourceName: productName,
    resourceIdentifier: url,
  }))
    write(id, line, `${client}. ${instruction.replace(/:$/, '')}`);
  write('Verify', `npx cdk-secure-mcp verify ${url}`, 'Checks the server from the outside');
  if (!userPool) return mcpUrl;
  const { userPoolId } = userPool.userPool;
  write('UserPoolId', userPoolId, 'Where users are added');
  write(
    'AddUser',
    `npx cdk-secure-mcp users add EMAIL --user-pool-id ${userPoolId}`,
    'Lets somebody in. Nobody can sign themselves up',
  );
  return mcpUrl;
};
