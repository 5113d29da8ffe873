import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '../../../lambda/verification-user/config.ts';
import { userPoolActions } from '../../../lambda/verification-user/user-pool.ts';
import { userSecretActions } from '../../../lambda/verification-user/user-secret.ts';
import { SecureMcpServer } from '../../../lib/index.ts';
import { VerificationAccess } from '../../../lib/pipeline/verification-access.ts';
import { Verifier } from '../../../lib/pipeline/verifier.ts';
import { aStack, type Resource, resolved } from '../../support/synth.ts';

const verifierArn = 'arn:aws:iam::111111111111:role/secure-mcp-verifier';

const synthesise = (testUser = true, stack = aStack()) => {
  const server = new SecureMcpServer(stack, 'McpServer');
  new VerificationAccess(stack, 'Verification', {
    server,
    verifier: Verifier.role(verifierArn),
    scopes: ['mcp:tools:read'],
    groups: ['readers'],
    tenant: 'acme',
    testUser,
  });
  return Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
};
const resources = synthesise();

const named = (type: string, part: string): Resource => {
  const found = Object.entries(resources).find(
    ([id, { Type }]) => Type === type && id.startsWith(part),
  );
  if (!found) throw new Error(`no ${type} begins with ${part}`);
  return found[1];
};

type Statement = { Action: string | string[]; Resource: unknown };

/** `action on logical id`, of one role. */
const permissionsOf = (policy: string): readonly string[] =>
  (named('AWS::IAM::Policy', policy).Properties.PolicyDocument.Statement as Statement[]).flatMap(
    ({ Action, Resource: on }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [on]
            .flat()
            .map(
              (one) => `${action} on ${/"([A-Z]\w+)[0-9A-F]{8}"/.exec(JSON.stringify(one))?.[1]}`,
            ),
        ),
  );

describe('the role of a verification', () => {
  it('is for one verifier, because whoever has it can sign in', () => {
    const { AssumeRolePolicyDocument: trust } = named(
      'AWS::IAM::Role',
      'VerificationRole',
    ).Properties;
    expect(trust.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: {
          AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:root']] },
        },
        Condition: { ArnEquals: { 'aws:PrincipalArn': verifierArn } },
      },
    ]);
  });

  it('reads two secrets and does nothing else, because that is all a verification takes', () => {
    expect(permissionsOf('VerificationRole')).toEqual([
      'secretsmanager:GetSecretValue on VerificationMachineSecret',
      'secretsmanager:GetSecretValue on VerificationTestUserSecret',
    ]);
  });
});

describe('the test user', () => {
  it('has a password that AWS makes, because a template is no place for one', () => {
    const { GenerateSecretString: generated } = named(
      'AWS::SecretsManager::Secret',
      'VerificationTestUserSecret',
    ).Properties;
    // What the pool demands: 14 characters, and one of every kind.
    expect(generated).toMatchObject({
      GenerateStringKey: 'password',
      PasswordLength: 40,
      RequireEachIncludedType: true,
    });
    expect(JSON.parse(generated.SecretStringTemplate)).toEqual({
      username: 'verification@cdk-secure-mcp.invalid',
    });
  });

  it('is made by a function that may exactly what it does, on this pool and this secret', () => {
    expect(
      permissionsOf('VerificationTestUserMakerRole').filter((one) => !one.startsWith('logs:')),
    ).toEqual([
      ...userPoolActions.map((action) => `${action} on McpServerUsersUserPool`),
      ...userSecretActions.map((action) => `${action} on VerificationTestUserSecret`),
    ]);
  });

  it('is made with what the function reads, after the trigger that its sign-in calls', () => {
    const { Variables } = named('AWS::Lambda::Function', 'VerificationTestUserMaker').Properties
      .Environment;
    const known = (expression: Record<string, unknown>) =>
      ({
        UserPool: 'us-east-1_Pool',
        Secret: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:s',
      })[/(UserPool|Secret)[0-9A-F]{8}$/.exec(String(expression.Ref))?.[1] ?? ''] ?? 'enrolment';
    const variables = Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [name, resolved(value, known)]),
    );
    expect(parseEnvironment(variables)).toMatchObject({ userPoolId: 'us-east-1_Pool' });
    const user = named('Custom::VerificationUser', 'VerificationTestUser');
    expect(user.Properties).toMatchObject({
      Groups: ['readers', 'tenant:acme'],
      ServiceTimeout: '300',
    });
    expect(user.DependsOn?.join(' ')).toMatch(/PreTokenGenerationHandlerFunction/);
    expect(user.DependsOn?.join(' ')).toMatch(/VerificationTestUserMakerRoleDefaultPolicy/);
  });

  it('is enrolled through a client that only IAM can use, because a browser must not sign in past the page', () => {
    const { Properties } = named('AWS::Cognito::UserPoolClient', 'VerificationTestUserEnrolment');
    expect(Properties.ExplicitAuthFlows).toEqual([
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
    ]);
    expect(Properties.AllowedOAuthFlowsUserPoolClient).toBe(false);
    const task = JSON.stringify(
      Object.values(resources).find(({ Type }) => Type === 'AWS::ECS::TaskDefinition'),
    );
    expect(task).not.toContain('EnrolmentClient');
  });

  it('does not exist where it was not asked for, because it is one more account to guard', () => {
    const types = Object.values(synthesise(false)).map(({ Type }) => Type);
    expect(types).not.toContain('Custom::VerificationUser');
    expect(Object.keys(synthesise(false)).join(' ')).not.toContain('Enrolment');
  });
});

describe('the machine client', () => {
  it('has its secret passed on by CloudFormation, because a template is no place for one', () => {
    const { SecretString } = named(
      'AWS::SecretsManager::Secret',
      'VerificationMachineSecret',
    ).Properties;
    const text = resolved(SecretString, ({ 'Fn::GetAtt': attribute }) =>
      attribute ? String((attribute as string[])[1]) : undefined,
    );
    expect(JSON.parse(text)).toEqual({
      machineId: expect.stringMatching(/^Ref-McpServerVerificationMachineClient/),
      machineSecret: 'ClientSecret',
    });
  });
});

describe('a verifier', () => {
  it('may be a job of GitHub, in one environment of one repository', () => {
    const stack = aStack();
    const { conditions } = Verifier.parse(
      stack,
      'repo:acme/mcp:environment:staging',
    ).policyFragment;
    expect(conditions).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:acme/mcp:environment:staging',
      },
    });
  });

  it.each(['*', 'arn:aws:iam::111111111111:user/ada', 'arn:aws:iam::*:role/x', 'repo:acme/*'])(
    'is not %s, because that would be many',
    (text) => {
      expect(() => Verifier.parse(new Stack(), text)).toThrow("'arn' must be the ARN of a role");
    },
  );
});
