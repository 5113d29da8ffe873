import { Aws, Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { edgeRegion } from '../edge/web-acl.ts';
import type { VerifiedStage } from '../pipeline/verified-stage.ts';
import { AccessLogStack } from './access-log-stack.ts';
import { EdgeStack } from './edge-stack.ts';
import { observabilityOf, removalPolicyOf } from './server-props.ts';
import { ServerStack } from './server-stack.ts';
import type { StageConfiguration } from './stage-configuration.ts';

/**
 * One deployment: `cdk deploy 'Staging/*'` deploys its stacks in order, firewall and certificate in
 * us-east-1, the server in the region of the stage, and CloudFront's log in us-east-1 again.
 */
export class SecureMcpStage extends Stage {
  readonly edge: EdgeStack;
  readonly main: ServerStack;
  /** For a pipeline. */
  readonly verified: VerifiedStage;

  constructor(scope: Construct, id: string, configuration: StageConfiguration) {
    super(scope, id);
    const { account, region, domain } = configuration;
    const verificationRoleName = `${id}-mcp-verification`;
    // Nothing is deleted with a stack that cannot be deleted by mistake.
    const terminationProtection = !configuration.isDisposable;
    this.edge = new EdgeStack(this, 'Edge', {
      env: { account, region: edgeRegion },
      description: 'Firewall and certificate of a remote MCP server',
      terminationProtection,
      domain,
      observability: observabilityOf(configuration),
      removalPolicy: removalPolicyOf(configuration),
    });
    this.main = new ServerStack(this, 'Server', {
      env: { account, region },
      description: 'Remote MCP server',
      terminationProtection,
      configuration,
      verificationRoleName,
      webAcl: this.edge.webAcl,
      certificate: this.edge.certificate,
    });
    this.main.addStackDependency(this.edge);
    if (region !== edgeRegion)
      new AccessLogStack(this, 'AccessLog', {
        env: { account, region: edgeRegion },
        description: 'Log of the requests to a remote MCP server',
        terminationProtection,
        distribution: this.main.server.edge.distribution,
        removalPolicy: removalPolicyOf(configuration),
      });
    Tags.of(this).add('stage', id);
    const { mcpUrl, verification } = this.main;
    const roleArn = `arn:${Aws.PARTITION}:iam::${account ?? Aws.ACCOUNT_ID}:role/${verificationRoleName}`;
    this.verified = {
      stage: this,
      mcpUrl,
      ...(verification && { access: { ...verification, roleArn } }),
    };
  }
}
