import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand,
  AssociateSoftwareTokenCommand,
  type CognitoIdentityProviderClient,
  UserNotFoundException,
  UsernameExistsException,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';

/** What Cognito asks after the password. */
export type SignInStep =
  | { readonly kind: 'signed_in' }
  | { readonly kind: 'code_wanted' }
  | { readonly kind: 'setup_wanted'; readonly session: string };

/** A user pool, as far as making one user takes it. */
export interface UserPool {
  /** Succeeds when the user exists already. */
  create(username: string): Promise<void>;
  /** For good: not one to be changed at the first sign-in. */
  setPassword(username: string, password: string): Promise<void>;
  addToGroup(username: string, group: string): Promise<void>;
  beginSignIn(username: string, password: string): Promise<SignInStep>;
  newAuthenticator(session: string): Promise<{ readonly key: string; readonly session: string }>;
  confirmAuthenticator(username: string, session: string, code: string): Promise<void>;
  /** Succeeds when there is no such user. */
  remove(username: string): Promise<void>;
}

export interface UserPoolProps {
  readonly client: Pick<CognitoIdentityProviderClient, 'send'>;
  readonly userPoolId: string;
  readonly enrolmentClientId: string;
}

/** The exact actions, for the role: the other two need the session of a sign-in, and no permission. */
export const userPoolActions = [
  'cognito-idp:AdminCreateUser',
  'cognito-idp:AdminSetUserPassword',
  'cognito-idp:AdminAddUserToGroup',
  'cognito-idp:AdminInitiateAuth',
  'cognito-idp:AdminRespondToAuthChallenge',
  'cognito-idp:AdminDeleteUser',
] as const;

const unless = async (
  kind: typeof UsernameExistsException | typeof UserNotFoundException,
  change: Promise<unknown>,
): Promise<void> => {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof kind)) throw error;
  }
};

export const createUserPool = (props: UserPoolProps): UserPool => {
  const { client, userPoolId: UserPoolId, enrolmentClientId: ClientId } = props;

  const beginSignIn = async (username: string, password: string): Promise<SignInStep> => {
    const { ChallengeName, Session } = await client.send(
      new AdminInitiateAuthCommand({
        UserPoolId,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: username, PASSWORD: password },
      }),
    );
    if (ChallengeName === undefined) return { kind: 'signed_in' };
    if (ChallengeName === 'SOFTWARE_TOKEN_MFA') return { kind: 'code_wanted' };
    if (ChallengeName === 'MFA_SETUP' && Session) return { kind: 'setup_wanted', session: Session };
    throw new Error(`Cognito asks for ${ChallengeName}, which a program cannot give`);
  };

  const newAuthenticator = async (session: string) => {
    const answer = await client.send(new AssociateSoftwareTokenCommand({ Session: session }));
    if (!answer.SecretCode || !answer.Session) throw new Error('Cognito gave no authenticator key');
    return { key: answer.SecretCode, session: answer.Session };
  };

  const confirmAuthenticator = async (username: string, session: string, code: string) => {
    const verified = await client.send(
      new VerifySoftwareTokenCommand({ Session: session, UserCode: code }),
    );
    if (verified.Status !== 'SUCCESS') throw new Error('Cognito did not accept the first code');
    // The sign-in has to be finished, or the authenticator is not the user's. Its tokens are dropped.
    await client.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId,
        ClientId,
        ChallengeName: 'MFA_SETUP',
        ChallengeResponses: { USERNAME: username },
        Session: verified.Session,
      }),
    );
  };

  return {
    create: (username) =>
      unless(
        UsernameExistsException,
        client.send(
          new AdminCreateUserCommand({
            UserPoolId,
            Username: username,
            MessageAction: 'SUPPRESS',
            UserAttributes: [
              { Name: 'email', Value: username },
              { Name: 'email_verified', Value: 'true' },
            ],
          }),
        ),
      ),
    setPassword: async (username, password) => {
      const wanted = { UserPoolId, Username: username, Password: password, Permanent: true };
      await client.send(new AdminSetUserPasswordCommand(wanted));
    },
    addToGroup: async (username, group) => {
      const wanted = { UserPoolId, Username: username, GroupName: group };
      await client.send(new AdminAddUserToGroupCommand(wanted));
    },
    beginSignIn,
    newAuthenticator,
    confirmAuthenticator,
    remove: (username) =>
      unless(
        UserNotFoundException,
        client.send(new AdminDeleteUserCommand({ UserPoolId, Username: username })),
      ),
  };
};
