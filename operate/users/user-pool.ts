import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  ListGroupsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';

/** A user pool as an administrator sees it. Throws what AWS says; `explainFault` puts it in words. */

export interface PoolSettings {
  readonly name: string;
  /** Whether people sign in with their address, and have no other name. */
  readonly hasEmailUsernames: boolean;
  readonly minimumPasswordLength: number;
  readonly temporaryPasswordDays: number;
}

export interface PoolUser {
  /** Cognito's own name: a UUID where people sign in with their address. */
  readonly username: string;
  readonly email: string | undefined;
  readonly status: string;
  readonly isEnabled: boolean;
  /** ISO 8601. */
  readonly createdAt: string | undefined;
}

export interface NewUser {
  readonly username: string;
  readonly email: string | undefined;
  /** @default - Cognito makes one up and mails it with the invitation */
  readonly temporaryPassword?: string;
}

/** Repeats a call until Cognito names no next page. */
const everyPage = async <T>(
  ask: (token: string | undefined) => Promise<readonly [readonly T[], string | undefined]>,
): Promise<readonly T[]> => {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const [items, next] = await ask(token);
    all.push(...items);
    // A token that leads to itself would never end.
    if (next !== undefined && next === token) throw new Error('the user pool repeats a page');
    token = next;
  } while (token !== undefined);
  return all;
};

const userOf = ({ Username, Attributes, UserStatus, Enabled, UserCreateDate }: UserType) => ({
  username: Username ?? '',
  email: Attributes?.find(({ Name }) => Name === 'email')?.Value,
  status: UserStatus ?? 'UNKNOWN',
  isEnabled: Enabled ?? false,
  createdAt: UserCreateDate?.toISOString(),
});

/** Cognito's largest page. */
const pageSize = 60;

const reading = (client: Pick<CognitoIdentityProviderClient, 'send'>, UserPoolId: string) => ({
  async settings(): Promise<PoolSettings> {
    const { UserPool = {} } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
    const { PasswordPolicy } = UserPool.Policies ?? {};
    return {
      name: UserPool.Name ?? UserPoolId,
      hasEmailUsernames: UserPool.UsernameAttributes?.includes('email') ?? false,
      minimumPasswordLength: PasswordPolicy?.MinimumLength ?? 8,
      temporaryPasswordDays: PasswordPolicy?.TemporaryPasswordValidityDays ?? 7,
    };
  },
  groups: (): Promise<readonly string[]> =>
    everyPage(async (NextToken) => {
      const page = await client.send(
        new ListGroupsCommand({ UserPoolId, Limit: pageSize, NextToken }),
      );
      return [(page.Groups ?? []).map(({ GroupName }) => GroupName ?? ''), page.NextToken];
    }),
  users: (): Promise<readonly PoolUser[]> =>
    everyPage(async (PaginationToken) => {
      const page = await client.send(
        new ListUsersCommand({ UserPoolId, Limit: pageSize, PaginationToken }),
      );
      return [(page.Users ?? []).map(userOf), page.PaginationToken];
    }),
  membersOf: (GroupName: string): Promise<readonly string[]> =>
    everyPage(async (NextToken) => {
      const page = await client.send(
        new ListUsersInGroupCommand({ UserPoolId, GroupName, Limit: pageSize, NextToken }),
      );
      return [(page.Users ?? []).map(({ Username }) => Username ?? ''), page.NextToken];
    }),
  groupsOf: (Username: string): Promise<readonly string[]> =>
    everyPage(async (NextToken) => {
      const page = await client.send(
        new AdminListGroupsForUserCommand({ UserPoolId, Username, Limit: pageSize, NextToken }),
      );
      return [(page.Groups ?? []).map(({ GroupName }) => GroupName ?? ''), page.NextToken];
    }),
});

const writing = (client: Pick<CognitoIdentityProviderClient, 'send'>, UserPoolId: string) => ({
  /** Creates a user whom Cognito tells nothing yet. @returns Cognito's own name for the user */
  async create({ username, email, temporaryPassword }: NewUser): Promise<string> {
    const { User } = await client.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: username,
        MessageAction: 'SUPPRESS',
        TemporaryPassword: temporaryPassword,
        UserAttributes: email && [
          { Name: 'email', Value: email },
          // An administrator vouches for it; without it nobody could recover the account.
          { Name: 'email_verified', Value: 'true' },
        ],
      } as ConstructorParameters<typeof AdminCreateUserCommand>[0]),
    );
    return User?.Username ?? username;
  },
  invite: (Username: string) =>
    client.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        MessageAction: 'RESEND',
        DesiredDeliveryMediums: ['EMAIL'],
      }),
    ),
  addToGroup: (Username: string, GroupName: string) =>
    client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName })),
  removeFromGroup: (Username: string, GroupName: string) =>
    client.send(new AdminRemoveUserFromGroupCommand({ UserPoolId, Username, GroupName })),
  disable: (Username: string) => client.send(new AdminDisableUserCommand({ UserPoolId, Username })),
  enable: (Username: string) => client.send(new AdminEnableUserCommand({ UserPoolId, Username })),
  signOut: (Username: string) =>
    client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username })),
  remove: (Username: string) => client.send(new AdminDeleteUserCommand({ UserPoolId, Username })),
});

export type UserPool = ReturnType<typeof reading> & ReturnType<typeof writing>;

export const openUserPool = (
  client: Pick<CognitoIdentityProviderClient, 'send'>,
  userPoolId: string,
): UserPool => ({ ...reading(client, userPoolId), ...writing(client, userPoolId) });
