import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Cognito's administrative endpoint and CloudFormation's DescribeStacks on loopback, as the real SDK
 * client sees them: JSON 1.1 and the query protocol, pages, throttling, errors by `__type`. Small
 * pages on purpose.
 */

export interface FakeUser {
  readonly username: string;
  readonly email?: string;
  status: string;
  isEnabled: boolean;
  isSignedIn: boolean;
  password?: string;
  readonly groups: Set<string>;
}

/** One answer that comes instead of the right one. */
export interface PlannedFault {
  readonly action: string;
  readonly type: string;
  readonly message: string;
  readonly status?: number;
  /** @default 1 */
  readonly times?: number;
}

class CognitoError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const pageSize = 2;
const createdAt = Date.parse('2026-11-20T08:00:00Z') / 1000;

// biome-ignore lint/suspicious/noExplicitAny: wire JSON
type Wire = any;

export interface PoolOptions {
  readonly hasEmailUsernames?: boolean;
  readonly groups?: readonly string[];
}

export const poolId = 'eu-west-1_Fake12345';

const pageOf = (items: readonly unknown[], token: string | undefined) => {
  const start = Number(token ?? 0);
  const end = start + pageSize;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : undefined };
};

const wireUser = ({ username, email, status, isEnabled }: FakeUser) => ({
  Username: username,
  Attributes: [
    { Name: 'sub', Value: username },
    ...(email ? [{ Name: 'email', Value: email }] : []),
  ],
  UserCreateDate: createdAt,
  UserStatus: status,
  Enabled: isEnabled,
});

const createState = ({ hasEmailUsernames = true, groups = [] }: PoolOptions) => {
  const users = new Map<string, FakeUser>();
  const invitations: string[] = [];
  let counter = 0;

  const find = (name: string): FakeUser => {
    const user = [...users.values()].find(({ username, email }) =>
      [username, email].includes(name),
    );
    if (!user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
    return user;
  };

  const create = (input: Wire): FakeUser => {
    const email = input.UserAttributes?.find((a: Wire) => a.Name === 'email')?.Value;
    if ([...users.values()].some((u) => u.email === email || u.username === input.Username))
      throw new CognitoError('UsernameExistsException', 'User account already exists');
    counter += 1;
    const username = hasEmailUsernames
      ? `00000000-0000-4000-8000-${String(counter).padStart(12, '0')}`
      : input.Username;
    const user: FakeUser = {
      username,
      email,
      status: 'FORCE_CHANGE_PASSWORD',
      isEnabled: true,
      isSignedIn: false,
      password: input.TemporaryPassword,
      groups: new Set(),
    };
    users.set(username, user);
    return user;
  };

  const group = (name: string): string => {
    if (!groups.includes(name))
      throw new CognitoError('ResourceNotFoundException', 'Group not found.');
    return name;
  };

  const actions: Record<string, (input: Wire) => unknown> = {
    DescribeUserPool: () => ({
      UserPool: {
        Id: poolId,
        Name: 'pool',
        ...(hasEmailUsernames && { UsernameAttributes: ['email'] }),
        Policies: { PasswordPolicy: { MinimumLength: 14, TemporaryPasswordValidityDays: 3 } },
      },
    }),
    ListGroups: (input) => {
      const { items, next } = pageOf(groups, input.NextToken);
      return { Groups: items.map((GroupName) => ({ GroupName })), NextToken: next };
    },
    ListUsers: (input) => {
      const { items, next } = pageOf([...users.values()], input.PaginationToken);
      return { Users: (items as FakeUser[]).map(wireUser), PaginationToken: next };
    },
    ListUsersInGroup: (input) => {
      const members = [...users.values()].filter((user) => user.groups.has(group(input.GroupName)));
      const { items, next } = pageOf(members, input.NextToken);
      return { Users: (items as FakeUser[]).map(wireUser), NextToken: next };
    },
    AdminListGroupsForUser: (input) => {
      const { items, next } = pageOf([...find(input.Username).groups], input.NextToken);
      return { Groups: items.map((GroupName) => ({ GroupName })), NextToken: next };
    },
    AdminCreateUser: (input) => {
      if (input.MessageAction !== 'RESEND') return { User: wireUser(create(input)) };
      const user = find(input.Username);
      invitations.push(user.email ?? '');
      return { User: wireUser(user) };
    },
    AdminAddUserToGroup: (input) => {
      find(input.Username).groups.add(group(input.GroupName));
    },
    AdminRemoveUserFromGroup: (input) => {
      find(input.Username).groups.delete(group(input.GroupName));
    },
    AdminDisableUser: (input) => {
      find(input.Username).isEnabled = false;
    },
    AdminEnableUser: (input) => {
      find(input.Username).isEnabled = true;
    },
    AdminUserGlobalSignOut: (input) => {
      find(input.Username).isSignedIn = false;
    },
    AdminDeleteUser: (input) => {
      users.delete(find(input.Username).username);
    },
  };
  return { users, invitations, actions, find };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

const stackXml = (outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs)
    .map(
      ([key, value]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    )
    .join('');
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>Mcp</StackName><CreationTime>2026-11-20T08:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
};

const errorXml = (message: string): string =>
  `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`;

export const startFakeCognito = async (options: PoolOptions = {}) => {
  const state = createState(options);
  const stacks: Record<string, Readonly<Record<string, string>>> = {};
  const calls: { action: string; input: Wire }[] = [];
  const faults: { -readonly [Key in keyof PlannedFault]: PlannedFault[Key] }[] = [];

  const send = (response: ServerResponse, status: number, type: string, body: string) =>
    response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': 'req-1' }).end(body);

  const answerCloudFormation = (form: URLSearchParams, response: ServerResponse) => {
    const outputs = stacks[form.get('StackName') ?? ''];
    const message = `Stack with id ${form.get('StackName')} does not exist`;
    return outputs
      ? send(response, 200, 'text/xml', stackXml(outputs))
      : send(response, 400, 'text/xml', errorXml(message));
  };

  const answerCognito = (action: string, input: Wire): unknown => {
    const fault = faults.find((planned) => planned.action === action);
    if (fault) {
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
      throw new CognitoError(fault.type, fault.message);
    }
    const perform = state.actions[action];
    if (!perform) throw new CognitoError('UnknownOperationException', action);
    if (input.UserPoolId !== poolId)
      throw new CognitoError('ResourceNotFoundException', 'User pool does not exist.');
    return perform(input) ?? {};
  };

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    // The real endpoint refuses what is not signed.
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 '))
      return send(
        response,
        400,
        'application/x-amz-json-1.1',
        '{"__type":"MissingAuthenticationToken"}',
      );
    const target = request.headers['x-amz-target'];
    if (target === undefined) return answerCloudFormation(new URLSearchParams(body), response);
    const action = String(target).replace('AWSCognitoIdentityProviderService.', '');
    const input = JSON.parse(body);
    calls.push({ action, input });
    try {
      const result = answerCognito(action, input);
      return send(response, 200, 'application/x-amz-json-1.1', JSON.stringify(result));
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      const { type, message } = error;
      const wire = JSON.stringify({ __type: type, message });
      return send(response, 400, 'application/x-amz-json-1.1', wire);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    ...state,
    stacks,
    calls,
    fail: (fault: PlannedFault) => faults.push({ ...fault }),
    actionsCalled: () => calls.map(({ action }) => action),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

export type FakeCognito = Awaited<ReturnType<typeof startFakeCognito>>;
