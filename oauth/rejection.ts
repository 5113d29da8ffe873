/**
 * Every reason the resource server says no, and what each one looks like on the wire.
 * The reason goes to the security log; the wire gets the RFC 6750 or HTTP error and nothing else.
 * Reasons are stable: changing one breaks somebody's saved query.
 */

interface WireError {
  readonly status: number;
  /** RFC 6750 §3.1 code. Absent where no token was involved. */
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  /** Deliberately vague: it must not help anyone who is guessing. */
  readonly description: string;
  /** OCSF severity_id: 1 informational, 2 low, 3 medium, 4 high, 5 critical. */
  readonly severity: 1 | 2 | 3 | 4 | 5;
}

const invalidToken = (severity: WireError['severity']): WireError => ({
  status: 401,
  error: 'invalid_token',
  description: 'The access token is missing, invalid or expired',
  severity,
});

const badRequest = (status: number, description: string, severity: 1 | 2 | 3 = 2): WireError => ({
  status,
  description,
  severity,
});

const insufficientScope = (severity: WireError['severity']): WireError => ({
  status: 403,
  error: 'insufficient_scope',
  description: 'This operation needs a scope that the access token does not carry',
  severity,
});

const notPermitted = (severity: WireError['severity']): WireError => ({
  status: 403,
  description: 'The caller may not perform this operation',
  severity,
});

const wire = {
  // No token at all is how MCP clients discover us (RFC 9728 §5.1): no error code, RFC 6750 §3.1.
  token_missing: { status: 401, description: 'Authentication is required', severity: 1 },
  malformed: invalidToken(2),
  too_large: invalidToken(3),
  duplicate_header: {
    status: 400,
    error: 'invalid_request',
    description: 'The request carries more than one access token',
    severity: 3,
  },
  in_query: {
    status: 400,
    error: 'invalid_request',
    description: 'An access token must be sent in the Authorization header',
    severity: 3,
  },
  alg_not_allowed: invalidToken(4),
  header_not_allowed: invalidToken(4),
  kid_missing: invalidToken(2),
  kid_unknown: invalidToken(2),
  crit_unsupported: invalidToken(4),
  type_wrong: invalidToken(3),
  encoding_noncanonical: invalidToken(4),
  jwks_unavailable: {
    status: 503,
    description: 'Access tokens cannot be verified at the moment',
    severity: 4,
  },
  signature_invalid: invalidToken(4),
  issuer_mismatch: invalidToken(3),
  audience_mismatch: invalidToken(3),
  client_not_allowed: invalidToken(3),
  token_use_wrong: invalidToken(3),
  expired: invalidToken(1),
  not_yet_valid: invalidToken(2),
  issued_in_future: invalidToken(3),
  lifetime_too_long: invalidToken(3),
  claim_missing: invalidToken(3),
  claim_malformed: invalidToken(3),
  tenant_missing: invalidToken(3),
  revoked: invalidToken(4),
  scope_missing: insufficientScope(2),
  scope_insufficient: insufficientScope(2),
  // One face for all four: which rule it was is nothing a caller could act on.
  group_missing: notPermitted(2),
  operation_unlisted: notPermitted(2),
  tenant_not_allowed: notPermitted(3),
  tenant_mismatch: notPermitted(4),
  // MCP 2025-11-25: an ended session is 404. A foreign one looks the same: existence is a secret.
  session_unknown: badRequest(404, 'There is no such session', 2),
  session_foreign: { ...badRequest(404, 'There is no such session'), severity: 4 },
  // Handles and `requestState`. What a client sees of them is up to whoever opens them.
  handle_unknown: badRequest(404, 'There is no such thing', 2),
  handle_foreign: notPermitted(4),
  upstream_unavailable: { status: 502, description: 'The MCP server is unavailable', severity: 4 },
  host_not_allowed: badRequest(403, 'The Host header is not allowed', 3),
  origin_not_allowed: badRequest(403, 'The Origin header is not allowed', 3),
  method_not_allowed: badRequest(405, 'Method not allowed', 1),
  not_found: badRequest(404, 'Not found', 1),
  content_type_unsupported: badRequest(415, 'Content-Type must be application/json'),
  body_too_large: badRequest(413, 'The request body is too large'),
  body_malformed: badRequest(400, 'The request body is not valid JSON'),
  message_malformed: badRequest(400, 'The request body is not a JSON-RPC 2.0 message'),
  batch_too_large: badRequest(400, 'The batch holds too many messages'),
  protocol_refused: badRequest(400, 'The MCP layer refused the request'),
  rate_exceeded: badRequest(429, 'Too many requests'),
  concurrency_exceeded: badRequest(429, 'Too many requests at the same time'),
  overloaded: { status: 503, description: 'The server is busy', severity: 4 },
} as const satisfies Record<string, WireError>;

export type RejectionReason = keyof typeof wire;

/** What was seen, for the log only. Never a token, a code, a secret or a body. */
export type Evidence = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface Rejection {
  readonly reason: RejectionReason;
  readonly evidence?: Evidence;
  /** RFC 6750 §3: the scopes that would be enough, for a 403 challenge. */
  readonly requiredScopes?: readonly string[];
  /** RFC 9110 §10.2.3: when it may be worth asking again. */
  readonly retryAfterSeconds?: number;
  /** An event of the same key and window says so already: this refusal adds none. */
  readonly isOnRecord?: boolean;
}

/** The one place that turns a reason into its public face. */
export const wireError = (reason: RejectionReason): WireError => wire[reason];

/** All reasons, for documentation and for tests that must see every one. */
export const rejectionReasons: readonly RejectionReason[] = Object.keys(wire) as RejectionReason[];
