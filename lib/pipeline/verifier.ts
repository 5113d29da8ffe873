import { AccountPrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { type GitHubJob, gitHubPrincipal, gitHubProviderArn } from './git-hub.ts';

const roleArn = /^arn:[\w-]+:iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/;

const gitHubJob = /^repo:([\w.-]+\/[\w.-]+):environment:([\w.-]+)$/;

/** Either of the two, as text. */
export const verifierPattern = new RegExp(`${roleArn.source}|${gitHubJob.source}`);

/** Who may take the role of a verification. */
export const Verifier = {
  /**
   * A role, which need not exist yet: the trust is in its account, under the condition that it is
   * this role.
   *
   * @throws Error when the ARN is not that of a role
   */
  role(arn: string): IPrincipal {
    const account = roleArn.exec(arn)?.[1];
    if (!account) throw new Error(`'arn' must be the ARN of a role, got ${arn}`);
    return new AccountPrincipal(account).withConditions({
      ArnEquals: { 'aws:PrincipalArn': arn },
    });
  },
  /** A job of a GitHub Actions workflow, by the provider in the account of `scope`. */
  gitHub(scope: IConstruct, job: GitHubJob): IPrincipal {
    return gitHubPrincipal(gitHubProviderArn(scope), job);
  },
  /**
   * Either of the two, as it stands in a configuration.
   *
   * @throws Error when it is neither
   */
  parse(scope: IConstruct, text: string): IPrincipal {
    const [, repository, environment] = gitHubJob.exec(text) ?? [];
    if (repository === undefined || environment === undefined) return Verifier.role(text);
    return Verifier.gitHub(scope, { repository, environment });
  },
} as const;
