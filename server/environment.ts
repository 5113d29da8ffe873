/**
 * The contract between whoever starts the container and {@link file://./config.ts}: names and types
 * of the environment variables, nothing else. `lib/` builds an object of this type.
 * Lists are separated by white space, as OAuth writes scopes.
 */
export interface ServerEnvironment {
  /** The MCP URL users type, such as `https://mcp.example.com/mcp`. */
  readonly RESOURCE_IDENTIFIER: string;
  /** Issuer URL of the authorization server that the metadata document names. */
  readonly AUTHORIZATION_SERVER: string;
  /**
   * JSON list. A Cognito user pool is `{ "issuer": "https://…" }`, in either of its two issuer forms.
   * Others say who they are: `{ "issuer": "https://login.microsoftonline.com/<id>/v2.0", "profile":
   * "entra" | "auth0" | "okta", "audience": "api://…" or a list, "clients": ["…"],
   * "machineClients": ["…"], "scopes": { "Tools.Read": ["mcp:tools:read"] }, "tenant": "acme" }`.
   * `jwksUri` is the product's own unless given. `tenant` puts everybody of an issuer into one
   * tenant; `tenantClaim` and `groupsClaim` name claims that only its administrators can write.
   */
  readonly TOKEN_ISSUERS: string;
  /** Client ids whose user tokens are accepted. */
  readonly USER_CLIENTS?: string;
  /** Client ids whose client-credentials tokens are accepted. */
  readonly MACHINE_CLIENTS?: string;
  /** `required` (default), `optional` or `off`. */
  readonly TENANCY?: string;
  /** Values of the Host header that are served. Default: the host of the resource identifier. */
  readonly ALLOWED_HOSTS?: string;
  /** Values of the Origin header that are served; `loopback` stands for every local port. Default: none. */
  readonly ALLOWED_ORIGINS?: string;
  /** What an ordinary user is asked to grant. */
  readonly EVERYDAY_SCOPES?: string;
  /** JSON, on top of what the tools themselves declare: `{ "delete_note": ["mcp:notes:delete"] }`. */
  readonly TOOL_SCOPES?: string;
  /** Header that a trusted proxy fills with the client's address, such as `cloudfront-viewer-address`. */
  readonly CLIENT_ADDRESS_HEADER?: string;
  /**
   * JSON: `{ "address": { "calls": 3000, "seconds": 60 }, "principal": …, "tenant": …, "client": …,
   * "tools": { "delete_note": { "calls": 10, "seconds": 60 } } }`. `null` switches one off. What is
   * left out keeps its default: 3000 a minute per address (before authentication), 600 per
   * principal, 30000 per tenant, none per client. An address of a private network is a proxy and
   * not counted: name CLIENT_ADDRESS_HEADER behind one.
   */
  readonly RATE_LIMITS?: string;
  /**
   * Redis or Valkey that all processes share, `rediss://…`: limits are counted together, and a change
   * reaches listeners everywhere. Default: each process is on its own.
   */
  readonly SHARED_STORE?: string;
  /** Calls and open streams at a time in one process. Default: 1000. */
  readonly MAX_CONCURRENT_CALLS?: string;
  /** Of those, for one principal. Default: 50. */
  readonly MAX_CONCURRENT_CALLS_OF_PRINCIPAL?: string;
  /**
   * JSON: detections by id, each a mode or `{ "mode": "off" | "notify" | "respond", "threshold": 20,
   * "windowSeconds": 60, "ratio": 0.9, "second": { "threshold": …, "windowSeconds": … } }`. What is
   * left out keeps the default of `oauth/detection-rules.ts`. Default: all notify.
   */
  readonly DETECTIONS?: string;
  /** Where the authorization server lists what has been revoked. Default: tokens live until they expire. */
  readonly REVOCATION_FEED?: string;
  /** The key for it: 32 characters or more. Default: derived from LOG_PSEUDONYM_KEY. */
  readonly REVOCATION_FEED_KEY?: string;
  /** How often it is read. Default: 5. */
  readonly REVOCATION_POLL_SECONDS?: string;
  /** How old the list may get before that is an event of high severity. Default: 300. */
  readonly REVOCATION_MAX_AGE_SECONDS?: string;
  /** How long calls are still taken after SIGTERM, with the health check red. Default: 3000. */
  readonly SHUTDOWN_DELAY_MS?: string;
  readonly HOST?: string;
  readonly PORT?: string;
  readonly MAX_BODY_BYTES?: string;
  readonly RESOURCE_NAME?: string;
  readonly SERVER_VERSION?: string;
  /**
   * Secret, at least 32 characters, the same for every component: key of the hashes that stand for
   * token ids in the security log. Without it such ids are left out.
   */
  readonly LOG_PSEUDONYM_KEY?: string;
  /** `full` (default), or `network`: of client addresses only the /24 or /48 is logged. */
  readonly LOG_ADDRESSES?: string;
  /** CloudWatch namespace of this deployment's metrics. Default: no metrics are written. */
  readonly METRICS_NAMESPACE?: string;
  /** Tools with a metric of their own, at most six. Default: none, a metric costs 0.30 USD a month. */
  readonly METRICS_TOOLS?: string;
}
