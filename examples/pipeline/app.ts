import { App, CfnOutput, Stack, Stage } from 'aws-cdk-lib';
import { CodePipelineSource } from 'aws-cdk-lib/pipelines';
import { SecureMcpPipeline, SecureMcpServer, VerificationAccess, Verifier } from 'cdk-secure-mcp';
import type { Construct } from 'constructs';

/** From a commit to production: tests, staging, its verification, an approval, production, its verification. */

const account = '111122223333';
const region = 'us-east-1';
const verifier = Verifier.role(`arn:aws:iam::${account}:role/secure-mcp-verifier`);

/** One deployment, and what the pipeline has to know of it. */
class McpStage extends Stage {
  readonly mcpUrl: CfnOutput;
  readonly access: {
    readonly roleArn: string;
    readonly machineSecretArn: CfnOutput;
    readonly userSecretArn?: CfnOutput;
  };

  constructor(scope: Construct, id: string, testUser: boolean) {
    super(scope, id, { env: { account, region } });
    const stack = new Stack(this, 'Mcp');
    const server = new SecureMcpServer(stack, 'McpServer');
    const roleName = `${id}-mcp-verification`;
    const { machineSecret, userSecret } = new VerificationAccess(stack, 'Verification', {
      server,
      verifier,
      scopes: ['mcp:tools:read'],
      testUser,
      roleName,
    });
    this.mcpUrl = new CfnOutput(stack, 'McpUrl', { value: server.url });
    this.access = {
      roleArn: `arn:aws:iam::${account}:role/${roleName}`,
      machineSecretArn: new CfnOutput(stack, 'MachineSecret', { value: machineSecret.secretArn }),
      ...(userSecret && {
        userSecretArn: new CfnOutput(stack, 'UserSecret', { value: userSecret.secretArn }),
      }),
    };
  }

  get verified() {
    return { stage: this, mcpUrl: this.mcpUrl, access: this.access };
  }
}

export const app = new App();
const stack = new Stack(app, 'Pipeline', { env: { account, region } });
new SecureMcpPipeline(stack, 'Pipeline', {
  source: CodePipelineSource.connection('owner/name', 'main', {
    connectionArn: `arn:aws:codeconnections:${region}:${account}:connection/00000000-0000-0000-0000-000000000000`,
  }),
  staging: new McpStage(stack, 'Staging', true).verified,
  production: new McpStage(stack, 'Production', false).verified,
});
