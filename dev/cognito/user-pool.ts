import { userPoolProblems } from './user-pool-rules.ts';

/** What an administrator would configure in Cognito. Field names follow the Cognito API. */
export interface UserPoolDefinition {
  readonly region: string;
  /** `<region>_<letters and digits>`, as Cognito makes them. */
  readonly id: string;
  readonly resourceServers: readonly UserPoolResourceServer[];
  readonly clients: readonly UserPoolClientDefinition[];
  readonly users: readonly UserDefinition[];
}

export interface UserPoolResourceServer {
  readonly identifier: string;
  readonly name: string;
  /** Names without the identifier. */
  readonly scopes: readonly string[];
}

export interface UserPoolClientDefinition {
  readonly clientId: string;
  /** Absent: a public client. */
  readonly clientSecret?: string;
  readonly clientName: string;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls?: readonly string[];
  readonly allowedOauthFlows: readonly ('code' | 'client_credentials')[];
  /** OIDC scopes and `<identifier>/<name>`. */
  readonly allowedOauthScopes: readonly string[];
  readonly accessTokenValiditySeconds: number;
  readonly refreshTokenValiditySeconds: number;
  readonly refreshTokenRotation?: { readonly retryGracePeriodSeconds: number };
  readonly enableTokenRevocation: boolean;
}

export interface UserDefinition {
  readonly username: string;
  readonly password: string;
  readonly email: string;
  /** Further attributes, `custom:` ones included. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  /**
   * Gives the user the attributes of one who came through an identity provider. The username must
   * be `<providerName>_<userId>`, as Cognito builds it. Signs in on the same page nevertheless.
   */
  readonly federatedIdentity?: { readonly providerName: string; readonly userId: string };
}

export const oidcScopes = ['openid', 'email', 'phone', 'profile'] as const;

/** Cognito would not accept this user pool. Lists every problem. */
export class InvalidUserPoolError extends Error {
  static readonly code = 'ERR_INVALID_USER_POOL';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Cognito would not accept this user pool: ${problems.join('; ')}`);
    this.name = 'InvalidUserPoolError';
    this.problems = problems;
  }
}

/** Throws an {@link InvalidUserPoolError} unless Cognito's API would accept every part. */
export const assertValidUserPool = (definition: UserPoolDefinition): void => {
  const problems = userPoolProblems(definition);
  if (problems.length > 0) throw new InvalidUserPoolError(problems);
};

export const findClient = (
  definition: UserPoolDefinition,
  clientId: string | undefined,
): UserPoolClientDefinition | undefined =>
  definition.clients.find((client) => client.clientId === clientId);

/** A `resource` becomes `aud` only if a resource server has exactly this identifier. */
export const isRegisteredResource = (definition: UserPoolDefinition, resource: string): boolean =>
  definition.resourceServers.some((server) => server.identifier === resource);

/** Cognito writes `origin_jti` and `jti` into user tokens only when it may have to revoke them. */
export const tracksOrigin = (client: UserPoolClientDefinition): boolean =>
  client.enableTokenRevocation || client.refreshTokenRotation !== undefined;
