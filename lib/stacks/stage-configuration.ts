import type { PreRegisteredClient } from '../authorization/client-registration.ts';
import type { DirectClientOptions } from '../authorization/direct-client.ts';
import type { McpScope } from '../authorization/oauth-scopes.ts';
import type { TrustedIssuerOptions } from '../authorization/trusted-issuer.ts';

/** Needed together: the name, and the zone in which records and proofs of ownership are written. */
export interface DomainConfiguration {
  readonly name: string;
  readonly hostedZoneId: string;
  readonly zoneName: string;
}

/** A network that exists, with private subnets that have a way out. */
export interface VpcConfiguration {
  readonly vpcId: string;
  readonly availabilityZones: readonly string[];
  /** One for each zone, in the same order. */
  readonly privateSubnetIds: readonly string[];
}

/** A user pool that exists. See {@link ExistingUserPoolProps} for what must be true of it. */
export interface UserPoolConfiguration {
  readonly userPoolId: string;
  readonly domainUrl: string;
}

/** An organisation's own login: OpenID Connect with the first three, SAML with the last. */
export interface IdentityProviderConfiguration {
  readonly name: string;
  readonly issuerUrl?: string;
  readonly clientId?: string;
  /** Name of the secret in AWS Secrets Manager, plain text. */
  readonly clientSecretName?: string;
  readonly metadataUrl?: string;
  readonly tenant?: string;
}

/** An authorization server of somebody else. */
export interface IssuerConfiguration extends TrustedIssuerOptions {
  readonly product: 'entra' | 'auth0' | 'okta' | 'cognito';
}

/** Calls a minute. */
export interface RateLimitConfiguration {
  readonly perAddress?: number;
  readonly perPrincipal?: number;
  readonly perTenant?: number;
  readonly perClient?: number;
}

/** One stage of the app. Checked by {@link parseStages}, which refuses what it does not know. */
export interface StageConfiguration {
  readonly region: string;
  /** @default - the account of whoever deploys */
  readonly account?: string;
  /** @default 'MCP server' */
  readonly productName?: string;
  /** @default - CloudFront's host name */
  readonly domain?: DomainConfiguration;

  /** @default - what MCP itself needs */
  readonly scopes?: readonly McpScope[];
  /** @default - every user may have every everyday scope */
  readonly groupScopes?: { readonly [group: string]: readonly string[] };
  /**
   * With `broker` and `direct`: tenant ids; every user then needs exactly one.
   *
   * @default - no tenants
   */
  readonly tenants?: readonly string[];
  /**
   * With `external`: whether every token must name the tenant of its user.
   *
   * @default false
   */
  readonly requiresTenant?: boolean;
  /**
   * Origins of web pages that may call the server from a browser.
   *
   * @default - none
   */
  readonly allowedOrigins?: readonly string[];

  /** @default 'broker' */
  readonly authorization?: 'broker' | 'direct' | 'external';
  /**
   * With `broker`: hosts and URLs whose client metadata documents are accepted; nobody else may
   * register.
   *
   * @default - any client may register
   */
  readonly clientDocuments?: readonly string[];
  /**
   * With `broker`: these clients and no others.
   *
   * @default - any client may register
   */
  readonly preRegisteredClients?: readonly PreRegisteredClient[];
  /** With `direct`, where it is needed: the clients of the user pool. */
  readonly directClients?: readonly DirectClientOptions[];
  /** With `external`, where it is needed: whose tokens are accepted. */
  readonly issuers?: readonly IssuerConfiguration[];
  /**
   * With `broker` and `direct`: organisations whose own login may be used.
   *
   * @default - users of the user pool only
   */
  readonly identityProviders?: readonly IdentityProviderConfiguration[];
  /**
   * With `broker` and `direct`.
   *
   * @default - a new one
   */
  readonly userPool?: UserPoolConfiguration;
  /**
   * Of a new user pool.
   *
   * @default 'required'
   */
  readonly mfa?: 'required' | 'optional';

  /** @default - a new one */
  readonly vpc?: VpcConfiguration;
  /**
   * Of a new network.
   *
   * @default 'nat-gateway'
   */
  readonly egress?: 'nat-gateway' | 'nat-instance' | 'isolated';
  /** @default 1 */
  readonly natGateways?: number;
  /** @default - each task counts for itself */
  readonly sharedStore?: 'valkey';
  /** @default - those of the server */
  readonly rateLimits?: RateLimitConfiguration;
  /** @default 'rolling' */
  readonly deployment?: 'rolling' | 'canary';
  /** @default 2 */
  readonly minTasks?: number;
  /** @default 10 */
  readonly maxTasks?: number;
  /** @default false */
  readonly useSpot?: boolean;
  /**
   * Who may read what a verification signs in with: the ARN of a role, or
   * `repo:owner/name:environment:name` for a job of GitHub Actions.
   *
   * @default - nobody: the verification tries what needs no login
   */
  readonly verifiedBy?: string;
  /**
   * Whether there is a user for the verification, in the first tenant if there are tenants. Not in
   * production.
   *
   * @default false
   */
  readonly testUser?: boolean;
  /**
   * `full`: an alarm for every detection and whatever breaks, and a dashboard, for about 4 USD a
   * month. `essential`: what nobody may miss, for nothing. `none`: something else watches.
   *
   * @default 'full'
   */
  readonly alarms?: 'full' | 'essential' | 'none';
  /**
   * Gets every alarm by mail, for 1 USD a month and region.
   *
   * @default - nobody is told
   */
  readonly alarmEmail?: string;
  /**
   * Whether everything, users included, is deleted with the stage.
   *
   * @default false
   */
  readonly isDisposable?: boolean;
}

export const stageNames = ['development', 'staging', 'production'] as const;

export type StageName = (typeof stageNames)[number];

export type Stages = Partial<Record<StageName, StageConfiguration>>;
