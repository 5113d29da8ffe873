import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  type CfnUserPool,
  FeaturePlan,
  type IUserPool,
  ManagedLoginVersion,
  Mfa,
  PasskeyUserVerification,
  UserPool,
  UserPoolDomain,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { uniqueName } from '../unique-name.ts';
import { ExistingUserPool, type ExistingUserPoolProps } from './existing-user-pool.ts';
import { nameTrigger, originalIssuer } from './user-pool-trigger.ts';

export interface McpUserPoolProps {
  /**
   * Whether users of the pool need a second factor. Federated users bring their identity
   * provider's.
   *
   * @default Mfa.REQUIRED
   */
  readonly mfa?: Mfa;
  /**
   * Prefix of the login page's host name, unique in the region across all accounts.
   *
   * @default - a name made from the stack's id, the same at every synth
   */
  readonly domainPrefix?: string;
  /**
   * Groups that exist from the start.
   *
   * @default - none
   */
  readonly groups?: readonly string[];
  /**
   * Whether the users survive the stack. RETAIN also forbids to delete the pool by hand.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A user pool as the rest of the platform sees it: made here, or one that exists. */
export interface IMcpUserPool {
  readonly userPool: IUserPool;
  /** `iss` of the tokens. Pinned: Cognito has a second form, which would be another issuer. */
  readonly issuer: string;
  /** Origin of the login page and of Cognito's OAuth endpoints. */
  readonly domainUrl: string;
  /**
   * Physical name of the function that decides what goes into a token. The pool refers to the
   * function by name, so that the function can know the pool's clients: see ADR 0011.
   */
  readonly preTokenGenerationName: string;
  /** Whether users and settings of the pool are somebody else's. */
  readonly isExisting: boolean;
}

/**
 * Who may sign in. Guarantees: nobody can sign themselves up; passwords of 14 characters or more,
 * a second factor or a passkey with user verification; e-mail addresses do not reveal whether an
 * account exists; users survive the stack unless asked otherwise.
 *
 * Does not create users, and does not decide what a user may do: {@link PreTokenGeneration} does.
 */
export class McpUserPool extends Construct implements IMcpUserPool {
  /**
   * A pool that exists, with its users and its settings.
   *
   * What must be true of it is said at {@link ExistingUserPoolProps}.
   */
  static fromUserPool(scope: Construct, id: string, props: ExistingUserPoolProps): IMcpUserPool {
    return new ExistingUserPool(scope, id, props);
  }

  readonly userPool: UserPool;
  readonly issuer: string;
  readonly domainUrl: string;
  readonly preTokenGenerationName: string;
  readonly isExisting = false;

  constructor(scope: Construct, id: string, props: McpUserPoolProps = {}) {
    super(scope, id);
    const stack = Stack.of(this);
    const prefix = props.domainPrefix ?? uniqueName(this, 'mcp');
    this.preTokenGenerationName = uniqueName(this, 'pre-token');
    this.userPool = this.createUserPool(props, `${prefix}.auth.${stack.region}.amazoncognito.com`);
    this.pinIssuerAndTrigger();
    const domain = new UserPoolDomain(this, 'Domain', {
      userPool: this.userPool,
      cognitoDomain: { domainPrefix: prefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.domainUrl = domain.baseUrl();
    this.issuer = originalIssuer(this, this.userPool);
    this.createGroups(props.groups ?? []);
  }

  private createUserPool(props: McpUserPoolProps, relyingParty: string): UserPool {
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const userPool = new UserPool(this, 'UserPool', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: props.mfa ?? Mfa.REQUIRED,
      // Text messages can be redirected to another phone by whoever talks to the carrier.
      ...(props.mfa !== Mfa.OFF && { mfaSecondFactor: { otp: true, sms: false } }),
      signInPolicy: { allowedFirstAuthFactors: { password: true, passkey: true } },
      passkeyUserVerification: PasskeyUserVerification.REQUIRED,
      passkeyRelyingPartyId: relyingParty,
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    Validations.of(userPool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason:
        'the Plus plan costs per user and adds risk scores to password sign-in, which here always needs a second factor or a passkey',
    });
    return userPool;
  }

  private pinIssuerAndTrigger(): void {
    const resource = this.userPool.node.defaultChild as CfnUserPool;
    resource.issuerConfiguration = { type: 'ORIGINAL' };
    // Without it a passkey would not count as a second factor where one is required.
    resource.webAuthnFactorConfiguration = 'MULTI_FACTOR_WITH_USER_VERIFICATION';
    nameTrigger(resource, this.preTokenGenerationName);
  }

  private createGroups(groups: readonly string[]): void {
    const parent = new Construct(this, 'Groups');
    for (const groupName of new Set(groups))
      new UserPoolGroup(parent, groupName, { userPool: this.userPool, groupName });
  }
}
