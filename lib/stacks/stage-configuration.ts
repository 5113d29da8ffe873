import type { McpScope } from '../authorization/oauth-scopes.ts';

/** Needed together: the name, and the zone in which records and proofs of ownership are written. */
export interface DomainConfiguration {
  readonly name: string;
  readonly hostedZoneId: string;
  readonly zoneName: string;
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
   * Tenant ids; every user then needs exactly one.
   *
   * @default - no tenants
   */
  readonly tenants?: readonly string[];
  /**
   * Hosts and URLs whose client metadata documents are accepted; nobody else may register.
   *
   * @default - any client may register
   */
  readonly clientDocuments?: readonly string[];
  /** @default 'required' */
  readonly mfa?: 'required' | 'optional';
  /** @default 'nat-gateway' */
  readonly egress?: 'nat-gateway' | 'nat-instance' | 'isolated';
  /** @default 1 */
  readonly natGateways?: number;
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
