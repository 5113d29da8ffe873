import { Duration, RemovalPolicy, SecretValue, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { tenantGroupPrefix } from '../../oauth/tenant.ts';
import type { SecureMcpServer } from '../secure-mcp-server.ts';
import { VerificationUser } from './verification-user.ts';

export interface VerificationAccessProps {
  readonly server: SecureMcpServer;
  /** Who runs the verification, such as {@link Verifier.role}. */
  readonly verifier: IPrincipal;
  /** Short names of the scopes that the machine client may have. */
  readonly scopes: readonly string[];
  /**
   * Whether there is a user to sign in as. Not where there are real users: it would be one more
   * account to guard.
   *
   * @default true
   */
  readonly testUser?: boolean;
  /**
   * Groups of the test user, which decide about scopes.
   *
   * @default - none
   */
  readonly groups?: readonly string[];
  /**
   * Tenant of user and machine client. Needed where there are tenants.
   *
   * @default - none
   */
  readonly tenant?: string;
  /**
   * Name of the role, for a verifier that has to know it before it exists.
   *
   * @default - CloudFormation chooses one
   */
  readonly roleName?: string;
  /** @default RemovalPolicy.DESTROY */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What a verification needs to go past the door of one deployment: a machine client, a test user,
 * and a role that may read the secrets of these two and nothing else. The secrets are made in AWS;
 * neither template nor output holds one.
 *
 * Does not run the verification: a pipeline does.
 */
export class VerificationAccess extends Construct {
  /** To be assumed by the verifier. */
  readonly role: Role;
  /** JSON with `machineId` and `machineSecret`. */
  readonly machineSecret: Secret;
  /** JSON with `username`, `password` and `totpKey`; undefined without a test user. */
  readonly userSecret?: Secret;

  constructor(scope: Construct, id: string, props: VerificationAccessProps) {
    super(scope, id);
    const { server, tenant, groups = [], removalPolicy = RemovalPolicy.DESTROY } = props;
    this.role = new Role(this, 'Role', {
      assumedBy: props.verifier,
      roleName: props.roleName,
      description: 'Reads what a verification signs in with',
      maxSessionDuration: Duration.hours(1),
    });
    this.machineSecret = this.createMachineSecret(props, removalPolicy);
    if (props.testUser ?? true)
      this.userSecret = new VerificationUser(this, 'TestUser', {
        server,
        groups: [...groups, ...(tenant === undefined ? [] : [tenantGroupPrefix + tenant])],
        removalPolicy,
      }).secret;
    this.grantRead();
  }

  private createMachineSecret(
    { server, scopes, tenant }: VerificationAccessProps,
    removalPolicy: RemovalPolicy,
  ): Secret {
    const machine = server.addMachineClient('VerificationMachine', { scopes, tenant });
    const secret = new Secret(this, 'MachineSecret', {
      description: 'The machine client of the verification; read by the verification alone',
      secretStringValue: SecretValue.unsafePlainText(
        Stack.of(this).toJsonString({
          machineId: machine.userPoolClientId,
          machineSecret: machine.clientSecret,
        }),
      ),
      removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Cognito makes the secret of an app client; a new client is a new secret',
    });
    return secret;
  }

  private grantRead(): void {
    const secrets = [this.machineSecret, ...(this.userSecret ? [this.userSecret] : [])];
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: secrets.map(({ secretArn }) => secretArn),
    });
  }
}
