import { Stack } from 'aws-cdk-lib';
import { type IPrincipal, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

export const gitHubIssuer = 'token.actions.githubusercontent.com';

/** A job of a workflow, by what GitHub itself says about it. */
export interface GitHubJob {
  /** `owner/name`, exactly as GitHub spells it. */
  readonly repository: string;
  /** The environment that the job runs in: its reviewers decide who gets that far. */
  readonly environment: string;
}

/** @throws Error when a wildcard or a typing error would let other jobs in */
const gitHubSubject = ({ repository, environment }: GitHubJob): string => {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new Error(`'repository' must be owner/name, got ${repository}`);
  if (!/^[\w.-]+$/.test(environment))
    throw new Error(
      `'environment' must be the name of an environment in letters, digits, dots, hyphens and underscores, got ${environment}`,
    );
  return `repo:${repository}:environment:${environment}`;
};

/** Where the provider of GitHub is in the account of a construct. An account has one per issuer. */
export const gitHubProviderArn = (construct: IConstruct): string =>
  Stack.of(construct).formatArn({
    service: 'iam',
    region: '',
    resource: 'oidc-provider',
    resourceName: gitHubIssuer,
  });

/** Exactly this repository and this environment; the audience is that of AWS's own action. */
export const gitHubPrincipal = (providerArn: string, job: GitHubJob): IPrincipal =>
  new WebIdentityPrincipal(providerArn, {
    StringEquals: {
      [`${gitHubIssuer}:aud`]: 'sts.amazonaws.com',
      [`${gitHubIssuer}:sub`]: gitHubSubject(job),
    },
  });
