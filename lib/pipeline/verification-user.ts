import { CustomResource, Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IUserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { VerificationUserEnvironment } from '../../lambda/verification-user/environment.ts';
import { BundledFunction } from '../bundled-function.ts';
import type { SecureMcpServer } from '../secure-mcp-server.ts';

/** Exactly what the function calls; a test compares. */
const userPoolActions = [
  'cognito-idp:AdminCreateUser',
  'cognito-idp:AdminSetUserPassword',
  'cognito-idp:AdminAddUserToGroup',
  'cognito-idp:AdminInitiateAuth',
  'cognito-idp:AdminRespondToAuthChallenge',
  'cognito-idp:AdminDeleteUser',
];

export interface VerificationUserProps {
  readonly server: SecureMcpServer;
  /**
   * Groups, which decide about scopes and tenant.
   *
   * @default - none
   */
  readonly groups?: readonly string[];
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A user of the pool for a verification to sign in as. Guarantees: a password that was made in AWS
 * and is nowhere but in {@link secret}; where the pool requires a second factor, an authenticator
 * whose key is in the same secret. The pool is not made weaker for it.
 *
 * Does not decide what the user may do: groups do.
 */
export class VerificationUser extends Construct {
  /** JSON with `username`, `password` and, with a second factor, `totpKey`. */
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: VerificationUserProps) {
    super(scope, id);
    const userPool = this.userPoolOf(props.server);
    this.secret = this.createSecret(props);
    const enrolment = this.createEnrolmentClient(userPool);
    const environment = {
      USER_POOL_ID: userPool.userPoolId,
      ENROLMENT_CLIENT_ID: enrolment.userPoolClientId,
      SECRET_ARN: this.secret.secretArn,
    } satisfies VerificationUserEnvironment;
    const maker = new BundledFunction(this, 'Maker', {
      bundle: 'verification-user',
      description: 'Makes the user that a verification signs in as',
      environment,
      timeout: Duration.minutes(1),
      memorySize: 256,
      logRetention: RetentionDays.ONE_MONTH,
      logRemovalPolicy: props.removalPolicy,
    });
    this.grant(maker, userPool);
    const user = new CustomResource(this, 'User', {
      serviceToken: maker.function.functionArn,
      serviceTimeout: Duration.minutes(5),
      resourceType: 'Custom::VerificationUser',
      properties: { Groups: props.groups ?? [] },
    });
    // The last to be made and the first to go: it takes groups, the trigger and these permissions.
    user.node.addDependency(maker.role, props.server);
  }

  private userPoolOf({ userPool, node }: SecureMcpServer): IUserPool {
    if (!userPool || userPool.isExisting)
      throw new Error(
        `'testUser' must be false for ${node.path}, because its users are somebody else's, got true`,
      );
    return userPool.userPool;
  }

  private createSecret({ removalPolicy }: VerificationUserProps): Secret {
    const secret = new Secret(this, 'Secret', {
      description: 'The user that a verification signs in as; read by the verification alone',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: 'verification@cdk-secure-mcp.invalid' }),
        generateStringKey: 'password',
        passwordLength: 40,
        excludeCharacters: '"\\',
        requireEachIncludedType: true,
      },
      removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'the user holds no data and exists in stages without users; deploying once without it and once with it makes a new one',
    });
    return secret;
  }

  /** Signs in with IAM permissions alone; its tokens open nothing, since the server knows no such client. */
  private createEnrolmentClient(userPool: IUserPool): UserPoolClient {
    return new UserPoolClient(this, 'EnrolmentClient', {
      userPool,
      authFlows: { adminUserPassword: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(5),
      idTokenValidity: Duration.minutes(5),
      refreshTokenValidity: Duration.hours(1),
    });
  }

  private grant(maker: BundledFunction, userPool: IUserPool): void {
    Grant.addToPrincipal({
      grantee: maker.role,
      actions: userPoolActions,
      resourceArns: [userPool.userPoolArn],
    });
    Grant.addToPrincipal({
      grantee: maker.role,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      resourceArns: [this.secret.secretArn],
    });
  }
}
