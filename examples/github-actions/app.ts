import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { GitHubDeployRole } from 'cdk-secure-mcp';

/** The roles of deploy.yml: deployed once per account, by hand, before the workflow can do anything. */

const repository = 'owner/name';

export const app = new App();
for (const [index, environment] of ['staging', 'production'].entries()) {
  const stack = new Stack(app, `GitHub-${environment}`);
  const { role } = new GitHubDeployRole(stack, 'Deploy', {
    repository,
    environment,
    // With both environments in one account, only the first stack makes the provider.
    createProvider: index === 0,
  });
  new CfnOutput(stack, 'DeployRoleArn', {
    value: role.roleArn,
    description: `Variable AWS_DEPLOY_ROLE of the environment ${environment} at GitHub`,
  });
}
