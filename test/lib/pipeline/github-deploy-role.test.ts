import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { GitHubDeployRole } from '../../../lib/pipeline/github-deploy-role.ts';
import { aStack, resolved, resourcesOf } from '../../support/synth.ts';

const synthesise = (changes: object = {}) => {
  const stack = aStack('eu-west-1');
  new GitHubDeployRole(stack, 'Deploy', {
    repository: 'acme/mcp',
    environment: 'production',
    ...changes,
  });
  return Template.fromStack(stack);
};

describe('the role of a GitHub job that deploys', () => {
  it('is for one environment of one repository, because anybody can open a pull request', () => {
    const [role] = resourcesOf(synthesise(), 'AWS::IAM::Role');
    expect(role?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Effect: 'Allow',
        Principal: { Federated: { Ref: expect.stringContaining('Provider') } },
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': 'repo:acme/mcp:environment:production',
          },
        },
      },
    ]);
  });

  it('may take the roles of `cdk bootstrap` and nothing else, because a job runs what a package brings', () => {
    const [policy, ...others] = resourcesOf(synthesise(), 'AWS::IAM::Policy');
    expect(others).toEqual([]);
    const [statement, ...more] = policy?.Properties.PolicyDocument.Statement ?? [];
    expect(more).toEqual([]);
    expect(statement.Action).toBe('sts:AssumeRole');
    const arns = statement.Resource.map((arn: unknown) => resolved(arn));
    expect(arns).toEqual(
      ['eu-west-1', 'us-east-1'].flatMap((region) =>
        ['lookup', 'file-publishing', 'image-publishing', 'deploy'].map(
          (name) =>
            `arn:Ref-AWS::Partition:iam::Ref-AWS::AccountId:role/cdk-hnb659fds-${name}-role-Ref-AWS::AccountId-${region}`,
        ),
      ),
    );
    // Not the execution role, which may do everything: only CloudFormation takes that.
    expect(arns.join()).not.toContain('cfn-exec');
  });

  it('has a provider without a function, and none where the account has one', () => {
    const types = Object.values(synthesise().toJSON().Resources as object).map(({ Type }) => Type);
    expect(types).toContain('AWS::IAM::OIDCProvider');
    expect(types.join()).not.toMatch(/Custom::|Lambda/);
    const without = synthesise({ createProvider: false });
    expect(resourcesOf(without, 'AWS::IAM::OIDCProvider')).toEqual([]);
    const [role] = resourcesOf(without, 'AWS::IAM::Role');
    expect(
      resolved(role?.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Federated),
    ).toBe(
      'arn:Ref-AWS::Partition:iam::Ref-AWS::AccountId:oidc-provider/token.actions.githubusercontent.com',
    );
  });

  it.each([
    [{ repository: 'acme/*' }, /'repository' must be owner\/name, got acme\/\*/],
    [{ repository: 'mcp' }, /'repository' must be owner\/name, got mcp/],
    [{ environment: '*' }, /'environment' must be the name of an environment/],
    [{ environment: 'a:ref:b' }, /'environment' must be the name of an environment/],
  ])('is refused for %o, because it would be for others as well', (changes, message) => {
    expect(() => synthesise(changes)).toThrow(message);
  });
});
