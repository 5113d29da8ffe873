/**
 * The contract between the stacks and this function: names and types only. Values are strings; what
 * is not text is JSON. Secrets are not here: their ARNs are.
 */
export interface AuthorizationServerLambdaEnvironment {
  /** Public origin, no trailing slash: the issuer. */
  readonly ISSUER: string;
  /** The MCP URL. */
  readonly RESOURCE_IDENTIFIER: string;
  /** JSON: ScopeDescription[]. */
  readonly SCOPES: string;
  readonly UPSTREAM_ISSUER: string;
  /** Origin of the user pool domain. */
  readonly UPSTREAM_DOMAIN: string;
  readonly UPSTREAM_CLIENT_ID: string;
  /**
   * ARN of a secret holding JSON: { "clientSecret": "…", "sealingKeys": [{ "id": "…", "key": "…" }],
   * "logPseudonymKey": "…" }.
   */
  readonly SECRET_ARN: string;
  readonly TABLE_NAME: string;
  /** `full` (default), or `network`: of client addresses only the /24 or /48 is logged. */
  readonly LOG_ADDRESSES?: string;
  /** `on` or `off`. */
  readonly DYNAMIC_REGISTRATION: string;
  /** SHA-256 of the initial access token, base64url; empty: open registration. */
  readonly INITIAL_ACCESS_TOKEN_HASH: string;
  /** `off`, `open`, or a JSON list of allowed hosts and document URLs. */
  readonly METADATA_DOCUMENTS: string;
  /** JSON: RedirectPolicy. */
  readonly REDIRECT_POLICY: string;
  /** JSON: PreregisteredClient[]. */
  readonly PREREGISTERED_CLIENTS: string;
  /** App client ids, separated by spaces. */
  readonly MACHINE_CLIENTS: string;
  /** Seconds. */
  readonly GRANT_LIFETIME: string;
  /** JSON: Branding. */
  readonly BRANDING: string;
  /** CloudWatch namespace of this deployment's metrics; empty: no metrics are written. */
  readonly METRICS_NAMESPACE: string;
  /** JSON: thresholds and modes of detections by id; empty: the defaults of `oauth/detection-rules.ts`. */
  readonly DETECTIONS: string;
}
