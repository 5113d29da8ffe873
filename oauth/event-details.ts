import type { Principal } from './principal.ts';
import type { Evidence } from './rejection.ts';

/** What stands between a value and the log. Made once per process, see `log-privacy.ts`. */
export interface LogPrivacy {
  /** Keyed hash of an identifier. Without a key there is none, and the identifier is left out. */
  readonly pseudonym?: (value: string) => string;
  /** The part of an IP address that is logged. */
  readonly address: (address: string) => string;
}

/** Where and when: the same for every event of one request. */
export interface EventContext {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly correlationId: string;
  readonly component:
    | 'resource-server'
    | 'authorization-server'
    | 'pre-token-generation'
    | 'operator';
  /** Without it identifiers are left out, and addresses stand in clear. */
  readonly privacy?: LogPrivacy;
  readonly clientAddress?: string;
  readonly userAgent?: string;
  readonly httpMethod?: string;
  /** Without the query string, which can carry codes and state. */
  readonly path?: string;
  /** `x-amz-cf-id`: finds the request in CloudFront's and WAF's logs. */
  readonly edgeRequestId?: string;
  /** Root of `x-amzn-trace-id`: finds the request in the load balancer's log. */
  readonly loadBalancerTraceId?: string;
}

/** Everything any event can say. Each event allows some of it: see `event-catalogue.ts`. */
export interface EventDetails {
  readonly reason?: string;
  /** OCSF severity_id, over that of the event. */
  readonly severity?: number;
  /** HTTP status of the answer. */
  readonly status?: number;
  readonly durationMs?: number;
  readonly evidence?: Evidence;
  readonly principal?: Principal;
  /** The OAuth client the user approved, as the broker knows it. */
  readonly mcpClient?: { readonly id: string; readonly name?: string };
  /** What the caller asked for: MCP method and the tool, prompt or resource it named. */
  readonly operation?: string;
  readonly target?: string;
  readonly grantId?: string;
  readonly subject?: string;
  readonly tenant?: string;
  readonly scopes?: readonly string[];
  /** `origin_jti` of the sign-in. Logged as a keyed hash, the same in calls and at the broker. */
  readonly originTokenId?: string;
  /** What was managed, where that is no OAuth client. */
  readonly entity?: { readonly type: string; readonly uid?: string };
  /** OCSF 3004 activity_id, over that of the event. */
  readonly activity?: number;
}
