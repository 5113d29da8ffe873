import { Duration } from 'aws-cdk-lib';
import {
  CfnManagedLoginBranding,
  type CfnUserPoolClient,
  ClientAttributes,
  OAuthScope,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { brokerPaths } from '../../oauth/well-known.ts';
import type { IMcpUserPool } from './user-pool.ts';

export interface SignInClientProps {
  readonly userPool: IMcpUserPool;
  readonly resourceServer: UserPoolResourceServer;
  /** Short names. */
  readonly scopes: readonly string[];
  /** Public origin of the deployment. */
  readonly origin: string;
  /**
   * Names of federated identity providers that users may choose.
   *
   * @default - users of the pool only
   */
  readonly identityProviders?: readonly string[];
}

/**
 * The one app client through which people sign in: the authorization server's own. Guarantees:
 * confidential, authorization code only, one callback, the scopes of this server and `openid`, and
 * never `aws.cognito.signin.user.admin`, with which a token could change its own user.
 */
export class SignInClient extends Construct {
  readonly userPoolClientId: string;
  /** Unresolved: CloudFormation passes it on without showing it. */
  readonly clientSecret: string;

  constructor(scope: Construct, id: string, props: SignInClientProps) {
    super(scope, id);
    const client = codeFlowClient(this, {
      ...props,
      generateSecret: true,
      callbackUrls: [props.origin + brokerPaths.callback],
    });
    const resource = client.node.defaultChild as CfnUserPoolClient;
    this.userPoolClientId = client.userPoolClientId;
    this.clientSecret = resource.attrClientSecret;
  }
}

export interface CodeFlowClientProps extends Omit<SignInClientProps, 'origin'> {
  readonly generateSecret: boolean;
  readonly callbackUrls: readonly string[];
  /** @default - CloudFormation chooses a name */
  readonly clientName?: string;
}

/** An app client for people, and the style without which they see no login page. */
export const codeFlowClient = (scope: Construct, props: CodeFlowClientProps): UserPoolClient => {
  const { resourceServer } = props;
  const { userPool } = props.userPool;
  const providers = (props.identityProviders ?? []).map(UserPoolClientIdentityProvider.custom);
  const client = new UserPoolClient(scope, 'Client', {
    userPool,
    userPoolClientName: props.clientName,
    generateSecret: props.generateSecret,
    // Left empty, Cognito would allow sign-in with a password past the browser (SRP).
    authFlows: { user: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [
        OAuthScope.OPENID,
        ...props.scopes.map((name) => cognitoScope(resourceServer, name)),
      ],
      callbackUrls: [...props.callbackUrls],
    },
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO, ...providers],
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(30),
    // A refresh that got lost on the way may be repeated this long.
    refreshTokenRotationGracePeriod: Duration.seconds(10),
    // Nothing that decides about anything: tenant and groups are written by administrators.
    writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
  });
  // The new managed login shows "Login pages unavailable" to a client without a style.
  new CfnManagedLoginBranding(scope, 'Branding', {
    userPoolId: userPool.userPoolId,
    clientId: client.userPoolClientId,
    useCognitoProvidedValues: true,
  });
  return client;
};

/** In Cognito's spelling, with a reference that makes the client wait for the resource server. */
export const cognitoScope = (resourceServer: UserPoolResourceServer, name: string): OAuthScope =>
  OAuthScope.custom(`${resourceServer.userPoolResourceServerId}/${name}`);
