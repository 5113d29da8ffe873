import {
  type CognitoIdentityProviderClient,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { oneTimeCode } from '../../../lambda/verification-user/one-time-code.ts';
import { createUserPool } from '../../../lambda/verification-user/user-pool.ts';
import { createUserSecretStore } from '../../../lambda/verification-user/user-secret.ts';
import { createVerificationUser } from '../../../lambda/verification-user/verification-user.ts';

/** Cognito and Secrets Manager, as far as one user goes: state, and every call that was made. */

interface KnownUser {
  password?: string;
  readonly groups: Set<string>;
  pendingKey?: string;
  key?: string;
}

type Command = { readonly constructor: { readonly name: string }; readonly input: Input };
type Input = Readonly<Record<string, string & Record<string, string>>>;

export const now = 1_780_000_000_000;
export const authenticatorKey = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const metadata = { $metadata: {}, message: 'as Cognito says it' };

export const aUserPool = (options: { readonly asksForCode: boolean }) => {
  const users = new Map<string, KnownUser>();
  const calls: { readonly name: string; readonly input: Input }[] = [];
  const stored = {
    value: JSON.stringify({ username: 'v@example.com', password: 'Secret-Word-1!' }),
  };
  const failing = { at: '' };

  const userOf = (name: string | undefined): KnownUser => {
    const user = users.get(name ?? '');
    if (!user) throw new UserNotFoundException(metadata);
    return user;
  };
  const userIn = (session: string): KnownUser => userOf(session.split(' ')[1]);

  const beginSignIn = ({ AuthParameters = {} as never }: Input) => {
    const user = userOf(AuthParameters.USERNAME);
    if (user.password !== AuthParameters.PASSWORD) throw new Error('NotAuthorizedException');
    if (!options.asksForCode) return { AuthenticationResult: { AccessToken: 'token' } };
    if (user.key !== undefined) return { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: 's' };
    return { ChallengeName: 'MFA_SETUP', Session: `setup ${AuthParameters.USERNAME}` };
  };

  const answers: Readonly<Record<string, (input: Input) => unknown>> = {
    AdminCreateUserCommand: ({ Username = '' as never }) => {
      if (users.has(Username)) throw new UsernameExistsException(metadata);
      users.set(Username, { groups: new Set() });
    },
    AdminSetUserPasswordCommand: ({ Username, Password }) => {
      userOf(Username).password = Password;
    },
    AdminAddUserToGroupCommand: ({ Username, GroupName = '' as never }) => {
      userOf(Username).groups.add(GroupName);
    },
    AdminInitiateAuthCommand: beginSignIn,
    AssociateSoftwareTokenCommand: ({ Session = '' as never }) => {
      userIn(Session).pendingKey = authenticatorKey;
      return { SecretCode: authenticatorKey, Session };
    },
    VerifySoftwareTokenCommand: ({ Session = '' as never, UserCode }) => {
      const { pendingKey = '' } = userIn(Session);
      return UserCode === oneTimeCode(pendingKey, now)
        ? { Status: 'SUCCESS', Session: Session.replace('setup', 'verified') }
        : { Status: 'ERROR' };
    },
    AdminRespondToAuthChallengeCommand: ({ Session = '' as never }) => {
      if (!Session.startsWith('verified')) throw new Error('CodeMismatchException');
      const user = userIn(Session);
      user.key = user.pendingKey;
    },
    AdminDeleteUserCommand: ({ Username = '' as never }) => {
      userOf(Username);
      users.delete(Username);
    },
    GetSecretValueCommand: () => ({ SecretString: stored.value }),
    PutSecretValueCommand: ({ SecretString = '' as never }) => {
      stored.value = SecretString;
    },
  };

  const send = async ({ constructor: { name }, input }: Command) => {
    calls.push({ name, input });
    if (failing.at === name) throw new Error(`${name} failed`);
    return answers[name]?.(input) ?? {};
  };
  const client = { send } as unknown as CognitoIdentityProviderClient & SecretsManagerClient;
  return {
    users,
    calls,
    stored,
    failing,
    names: () => calls.map(({ name }) => name.replace('Command', '')),
    user: createVerificationUser({
      userPool: createUserPool({
        client,
        userPoolId: 'us-east-1_Pool',
        enrolmentClientId: 'enrolment',
      }),
      secret: createUserSecretStore(client, 'arn:secret'),
      now: () => now,
    }),
  };
};
