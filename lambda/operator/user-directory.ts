import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  ListUserPoolClientsCommand,
  ListUsersCommand,
  UserNotFoundException,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { isSubject, isUsername, type UserTarget } from './operator-request.ts';

export interface DirectoryUser {
  readonly username: string;
  readonly subject: string;
}

export interface AppClient {
  readonly clientId: string;
  readonly clientName: string;
}

export interface AppClientList {
  readonly appClients: readonly AppClient[];
  /** There is more: ask again with this. */
  readonly nextToken?: string;
}

/** What the operator needs of a user pool. The changes are idempotent; `false`: there is no such user. */
export interface UserDirectory {
  find(target: UserTarget): Promise<DirectoryUser | undefined>;
  signOut(username: string): Promise<boolean>;
  disable(username: string): Promise<boolean>;
  enable(username: string): Promise<boolean>;
  listAppClients(nextToken: string | undefined): Promise<AppClientList>;
}

export interface UserDirectoryProps {
  readonly client: Pick<CognitoIdentityProviderClient, 'send'>;
  readonly userPoolId: string;
}

const maxPages = 20;

/** The second check of the value, at the place where it would do harm. */
const filterFor = ({ by, value }: UserTarget): string => {
  const isSafe = by === 'subject' ? isSubject(value) : isUsername(value);
  if (!isSafe) throw new RangeError(`'${by}' must not go into a filter expression`);
  return `${by === 'subject' ? 'sub' : 'username'} = "${value}"`;
};

const userOf = ({ Username, Attributes }: UserType): DirectoryUser => ({
  username: Username ?? '',
  subject: Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '',
});

/**
 * `ListUsers` and not `AdminGetUser`: the second counts as activity of the user, and knows no `sub`.
 * What comes back is compared with what was asked for, so that no filter can widen the aim.
 */
const findUser = async (
  { client, userPoolId }: UserDirectoryProps,
  target: UserTarget,
): Promise<DirectoryUser | undefined> => {
  const filter = filterFor(target);
  let token: string | undefined;
  // A page of a filtered list can be empty and still not be the last.
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await client.send(
      new ListUsersCommand({
        UserPoolId: userPoolId,
        Filter: filter,
        AttributesToGet: ['sub'],
        ...(token && { PaginationToken: token }),
      }),
    );
    const user = page.Users?.map(userOf).find((found) => found[target.by] === target.value);
    if (user?.username && isSubject(user.subject)) return user;
    token = page.PaginationToken;
    if (!token) return undefined;
  }
  throw new Error('the user pool did not finish its list of users');
};

const ifUserExists = async (change: () => Promise<unknown>): Promise<boolean> => {
  try {
    await change();
    return true;
  } catch (error) {
    if (error instanceof UserNotFoundException) return false;
    throw error;
  }
};

const listAppClients = async (
  { client, userPoolId }: UserDirectoryProps,
  startToken: string | undefined,
): Promise<AppClientList> => {
  const appClients: AppClient[] = [];
  let nextToken = startToken;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await client.send(
      new ListUserPoolClientsCommand({
        UserPoolId: userPoolId,
        MaxResults: 60,
        ...(nextToken && { NextToken: nextToken }),
      }),
    );
    for (const { ClientId, ClientName } of page.UserPoolClients ?? [])
      appClients.push({ clientId: ClientId ?? '', clientName: ClientName ?? '' });
    nextToken = page.NextToken;
    if (!nextToken) return { appClients };
  }
  return { appClients, ...(nextToken && { nextToken }) };
};

/** A user pool seen through Cognito's administrative calls. Throttling and outages are thrown. */
export const createUserDirectory = (props: UserDirectoryProps): UserDirectory => {
  const { client, userPoolId } = props;
  const user = (username: string) => ({ UserPoolId: userPoolId, Username: username });
  return {
    find: (target) => findUser(props, target),
    signOut: (username) =>
      ifUserExists(() => client.send(new AdminUserGlobalSignOutCommand(user(username)))),
    disable: (username) =>
      ifUserExists(() => client.send(new AdminDisableUserCommand(user(username)))),
    enable: (username) =>
      ifUserExists(() => client.send(new AdminEnableUserCommand(user(username)))),
    listAppClients: (nextToken) => listAppClients(props, nextToken),
  };
};
