import type { RemovalPolicy } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { aws_wafv2 } from 'aws-cdk-lib/interfaces';
import type { Authorization } from './authorization/authorization.ts';
import type { McpScope } from './authorization/oauth-scopes.ts';
import type { Tenancy } from './authorization/tenancy.ts';
import type { Detections } from './detection/detection.ts';
import type { Observability } from './observability/observability.ts';
import type { Deployment } from './service/deployment.ts';
import type { Egress } from './service/egress.ts';
import type { McpServerCode } from './service/mcp-server-code.ts';
import type { RateLimits } from './service/rate-limits.ts';
import type { SharedStore } from './service/shared-store.ts';

/** Everything has a safe default: `new SecureMcpServer(stack, 'McpServer')` is complete. */
export interface SecureMcpServerProps {
  /**
   * What the server runs.
   *
   * @default McpServerCode.demo()
   */
  readonly code?: McpServerCode;
  /**
   * What users see on the consent page and clients in their lists.
   *
   * @default 'MCP server'
   */
  readonly productName?: string;

  /**
   * Public host name. Choose it before there are users: tokens are bound to it.
   *
   * @default - the host name that CloudFront gives
   */
  readonly domainName?: string;
  /**
   * For `domainName`, in us-east-1. Needed with `domainName`.
   *
   * @default - CloudFront's own certificate
   */
  readonly certificate?: ICertificate;
  /**
   * For `domainName`, in the region of the stack: encrypts the way from CloudFront to the load
   * balancer too.
   *
   * @default - plain HTTP on that way, which does not leave AWS's network
   */
  readonly loadBalancerCertificate?: ICertificate;
  /**
   * Where to point `domainName` at the distribution.
   *
   * @default - no record: you point the name at the distribution yourself
   */
  readonly hostedZone?: IHostedZone;
  /**
   * The firewall, such as {@link McpWebAcl}, in us-east-1. Needed in stacks of any other region.
   *
   * @default - a new McpWebAcl in this stack
   */
  readonly webAcl?: aws_wafv2.IWebACLRef;

  /**
   * Permissions that users can give to clients. Include what the tools of your server ask for.
   *
   * @default - see and call tools, read resources and prompts
   */
  readonly scopes?: readonly McpScope[];
  /**
   * Which scopes the members of a user group may have. The groups are created.
   *
   * @default - every user may have every scope that is not marked as exceptional
   */
  readonly groupScopes?: { readonly [group: string]: readonly string[] };
  /** @default Tenancy.off() */
  readonly tenancy?: Tenancy;
  /**
   * What becomes of single detections, by the ids of `docs/runbooks/`.
   *
   * @default - every detection notifies, with thresholds of its own; none acts by itself
   */
  readonly detections?: Detections;
  /**
   * Origins of web pages that may call the server from a browser, such as
   * `https://inspector.example.com`; `loopback` stands for every port of the user's own machine.
   *
   * @default - none: clients that are not web pages do not need it
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Where clients log in, and whose access tokens the server accepts.
   *
   * @default Authorization.broker()
   */
  readonly authorization?: Authorization;

  /**
   * Network with private subnets and an internet gateway.
   *
   * @default - a new network with two availability zones
   */
  readonly vpc?: IVpc;
  /**
   * How the server reaches the internet. Only for a new network.
   *
   * @default Egress.natGateway()
   */
  readonly egress?: Egress;
  /**
   * What tasks share, such as exact rate limits.
   *
   * @default - nothing: each task counts for itself
   */
  readonly sharedStore?: SharedStore;
  /**
   * How many calls the server takes, from whom.
   *
   * @default - those of RateLimits
   */
  readonly rateLimits?: RateLimits;
  /** @default 2 */
  readonly minTasks?: number;
  /** @default 10 */
  readonly maxTasks?: number;
  /**
   * Whether tasks run on spare capacity, at a third of the price and with two minutes' notice. Of
   * two and more the first does not.
   *
   * @default false
   */
  readonly useSpot?: boolean;
  /**
   * How a new version takes over.
   *
   * @default Deployment.rolling()
   */
  readonly deployment?: Deployment;

  /**
   * Which alarms there are, and who is told.
   *
   * @default Observability.full()
   */
  readonly observability?: Observability;
  /**
   * How long security events are kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
  /**
   * Whether whole client addresses are in the security log, which is what an incident needs, or only
   * their networks: /24 of IPv4, /48 of IPv6. Detections then count by network, too.
   *
   * @default true
   */
  readonly logsFullAddresses?: boolean;
  /**
   * Whether users, grants, keys and logs survive the stack. RETAIN also forbids to delete the user
   * pool, the table and the load balancer by hand.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
