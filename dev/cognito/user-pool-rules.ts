import type {
  UserDefinition,
  UserPoolClientDefinition,
  UserPoolDefinition,
  UserPoolResourceServer,
} from './user-pool.ts';

/**
 * What Cognito's API refuses: lengths and patterns of the API model, quotas of the developer guide's
 * `quotas` page, and the rules of `user-pool-settings-client-apps`.
 */

type Problem = string;

const when = (isWrong: boolean, problem: Problem): readonly Problem[] => (isWrong ? [problem] : []);

const patterns = {
  // The identifiers are printable ASCII without space, double quote and backslash …
  resourceServerIdentifier: /^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/,
  // … scope names also without slash, which separates them from the identifier.
  scopeName: /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$/,
  // No colon, no slash: a URL cannot be the name of its own resource server.
  resourceServerName: /^[\w\s+=,.@-]{1,256}$/,
  clientName: /^[\w\s+=,.@-]{1,128}$/,
  clientId: /^[\w+]{1,128}$/,
  clientSecret: /^[\w+]{24,64}$/,
  userPoolId: /^[\w-]+_[0-9a-zA-Z]+$/,
  callbackUrl: /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,1024}$/u,
  usernameOrGroup: /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u,
};

const duplicates = (label: string, values: readonly string[]): readonly Problem[] =>
  values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => `${label} '${value}' is used twice`);

const resourceServerProblems = (server: UserPoolResourceServer): readonly Problem[] => {
  const label = `resource server '${server.identifier}'`;
  return [
    ...when(
      !patterns.resourceServerIdentifier.test(server.identifier),
      `${label}: 'identifier' must be 1 to 256 printable ASCII characters without space, " and \\`,
    ),
    ...when(
      !patterns.resourceServerName.test(server.name),
      `${label}: 'name' must match [\\w\\s+=,.@-]+, got '${server.name}'`,
    ),
    ...when(server.scopes.length > 100, `${label}: at most 100 scopes`),
    ...duplicates(`${label}: scope`, server.scopes),
    ...server.scopes
      .filter((name) => !patterns.scopeName.test(name))
      .map(
        (name) => `${label}: scope '${name}' must be printable ASCII without space, ", / and \\`,
      ),
  ];
};

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Callback and logout URLs: absolute, no fragment, https unless loopback or a custom scheme. */
const callbackUrlProblems = (label: string, url: string): readonly Problem[] => {
  const at = `${label}: callback URL '${url}'`;
  if (!patterns.callbackUrl.test(url) || !URL.canParse(url))
    return [`${at} is not an absolute URL`];
  if (url.includes('#')) return [`${at} must not have a fragment`];
  const { protocol, hostname } = new URL(url);
  return when(
    protocol === 'http:' && !loopbackNames.has(hostname),
    `${at} must use https: http is for localhost, 127.0.0.1 and [::1]`,
  );
};

const flowProblems = (label: string, client: UserPoolClientDefinition): readonly Problem[] => {
  const flows = client.allowedOauthFlows;
  const isMachine = flows.includes('client_credentials');
  return [
    ...when(flows.length === 0, `${label}: at least one OAuth flow`),
    ...when(isMachine && flows.length > 1, `${label}: client_credentials must be the only flow`),
    ...when(isMachine && !client.clientSecret, `${label}: client_credentials needs a secret`),
    ...when(
      flows.includes('code') && client.callbackUrls.length === 0,
      `${label}: the code flow needs a callback URL`,
    ),
  ];
};

const isWithin = (value: number, minimum: number, maximum: number): boolean =>
  Number.isInteger(value) && value >= minimum && value <= maximum;

const lifetimeProblems = (label: string, client: UserPoolClientDefinition): readonly Problem[] => [
  ...when(
    !isWithin(client.accessTokenValiditySeconds, 300, 86_400),
    `${label}: access token validity must be 5 minutes to 1 day`,
  ),
  ...when(
    !isWithin(client.refreshTokenValiditySeconds, 3600, 315_360_000),
    `${label}: refresh token validity must be 1 hour to 10 years`,
  ),
  ...when(
    client.accessTokenValiditySeconds > client.refreshTokenValiditySeconds,
    `${label}: access tokens must not outlive refresh tokens`,
  ),
  ...when(
    !isWithin(client.refreshTokenRotation?.retryGracePeriodSeconds ?? 0, 0, 60),
    `${label}: the retry grace period must be 0 to 60 seconds`,
  ),
];

const scopeProblems = (
  label: string,
  client: UserPoolClientDefinition,
  customScopes: ReadonlySet<string>,
): readonly Problem[] => {
  const isMachine = client.allowedOauthFlows.includes('client_credentials');
  const systemScopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];
  return [
    ...when(client.allowedOauthScopes.length > 50, `${label}: at most 50 scopes`),
    ...client.allowedOauthScopes.flatMap((scope) => [
      ...when(scope.length > 256, `${label}: scope '${scope}' is longer than 256 characters`),
      ...when(
        !customScopes.has(scope) && (isMachine || !systemScopes.includes(scope)),
        `${label}: scope '${scope}' does not exist${isMachine ? ' as a custom scope' : ''}`,
      ),
    ]),
  ];
};

const clientProblems = (
  client: UserPoolClientDefinition,
  customScopes: ReadonlySet<string>,
): readonly Problem[] => {
  const label = `client '${client.clientId}'`;
  const urls = [...client.callbackUrls, ...(client.logoutUrls ?? [])];
  return [
    ...when(!patterns.clientId.test(client.clientId), `${label}: 'clientId' must match [\\w+]+`),
    ...when(
      !patterns.clientName.test(client.clientName),
      `${label}: 'clientName' must match [\\w\\s+=,.@-]+, got '${client.clientName}'`,
    ),
    ...when(
      client.clientSecret !== undefined && !patterns.clientSecret.test(client.clientSecret),
      `${label}: 'clientSecret' must be 24 to 64 of [\\w+]`,
    ),
    ...when(client.callbackUrls.length > 100, `${label}: at most 100 callback URLs`),
    ...urls.flatMap((url) => callbackUrlProblems(label, url)),
    ...flowProblems(label, client),
    ...lifetimeProblems(label, client),
    ...scopeProblems(label, client, customScopes),
  ];
};

const userProblems = (user: UserDefinition): readonly Problem[] => {
  const label = `user '${user.username}'`;
  const identity = user.federatedIdentity;
  return [
    ...when(!patterns.usernameOrGroup.test(user.username), `${label}: not a valid username`),
    ...when(user.password === '', `${label}: a password is needed`),
    ...when(user.groups.length > 100, `${label}: at most 100 groups`),
    ...user.groups
      .filter((group) => !patterns.usernameOrGroup.test(group))
      .map((group) => `${label}: '${group}' is not a valid group name`),
    ...when(
      identity !== undefined && user.username !== `${identity.providerName}_${identity.userId}`,
      `${label}: a federated user must be called <providerName>_<userId>`,
    ),
  ];
};

/** Everything Cognito would refuse about this user pool; empty if nothing. */
export const userPoolProblems = (definition: UserPoolDefinition): readonly Problem[] => {
  const { id, region, resourceServers, clients, users } = definition;
  const customScopes = new Set(
    resourceServers.flatMap(({ identifier, scopes }) =>
      scopes.map((name) => `${identifier}/${name}`),
    ),
  );
  return [
    ...when(
      id.length > 55 || !patterns.userPoolId.test(id) || !id.startsWith(`${region}_`),
      `user pool id '${id}' must be '${region}_' followed by letters and digits`,
    ),
    ...when(resourceServers.length > 300, 'at most 300 resource servers'),
    ...duplicates(
      'resource server',
      resourceServers.map((server) => server.identifier),
    ),
    ...duplicates(
      'client',
      clients.map((client) => client.clientId),
    ),
    ...duplicates(
      'user',
      users.map((user) => user.username),
    ),
    ...resourceServers.flatMap(resourceServerProblems),
    ...clients.flatMap((client) => clientProblems(client, customScopes)),
    ...users.flatMap(userProblems),
  ];
};
