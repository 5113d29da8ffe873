import { Aws, DefaultStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { OidcProviderNative, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { edgeRegion } from '../edge/web-acl.ts';
import { type GitHubJob, gitHubIssuer, gitHubPrincipal, gitHubProviderArn } from './git-hub.ts';

export interface GitHubDeployRoleProps extends GitHubJob {
  /**
   * Regions that are deployed to.
   *
   * @default - the stack's own and us-east-1
   */
  readonly regions?: readonly string[];
  /**
   * Whether to make the provider. An account can have one for GitHub: false if it does already.
   *
   * @default true
   */
  readonly createProvider?: boolean;
  /** @default DefaultStackSynthesizer.DEFAULT_QUALIFIER */
  readonly bootstrapQualifier?: string;
}

/** What `cdk bootstrap` makes: to look up, to publish files and images, to deploy. */
const bootstrapRoles = ['lookup', 'file-publishing', 'image-publishing', 'deploy'];

/**
 * The role of a GitHub Actions job that deploys. Guarantees: no key is stored at GitHub; only jobs
 * of one repository in one environment get it; all it can do is to take the roles that
 * `cdk bootstrap` made for deployments in this account and these regions.
 *
 * Does not limit what CloudFormation may do for those: `cdk bootstrap` decides that
 * (`--cloudformation-execution-policies`). Does not protect the environment: its reviewers and
 * branches are set at GitHub.
 */
export class GitHubDeployRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: GitHubDeployRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: gitHubPrincipal(this.providerArn(props), props),
      description: `Deploys from ${props.repository}, environment ${props.environment}`,
      maxSessionDuration: Duration.hours(1),
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: this.bootstrapRoleArns(props),
      }),
    );
  }

  private providerArn({ createProvider }: GitHubDeployRoleProps): string {
    if (createProvider === false) return gitHubProviderArn(this);
    const provider = new OidcProviderNative(this, 'Provider', {
      url: `https://${gitHubIssuer}`,
      clientIds: ['sts.amazonaws.com'],
    });
    return provider.oidcProviderArn;
  }

  private bootstrapRoleArns(props: GitHubDeployRoleProps): string[] {
    const { account, region } = Stack.of(this);
    const qualifier = props.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    const regions = new Set(props.regions ?? [region, edgeRegion]);
    return [...regions].flatMap((one) =>
      bootstrapRoles.map(
        (name) =>
          `arn:${Aws.PARTITION}:iam::${account}:role/cdk-${qualifier}-${name}-role-${account}-${one}`,
      ),
    );
  }
}
