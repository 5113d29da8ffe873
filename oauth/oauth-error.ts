/**
 * Every reason the authorization server says no, and the RFC code it becomes. The same split as in
 * `rejection.ts`: the reason goes to the log, the code and a vague sentence go to the client.
 */

/** RFC 6749 §4.1.2.1 and §5.2, RFC 7591 §3.2.2, RFC 8707 §2, RFC 7009 §2.2.1. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_client_metadata'
  | 'invalid_redirect_uri'
  | 'invalid_token'
  | 'access_denied'
  | 'login_required'
  | 'consent_required'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'unsupported_token_type'
  | 'temporarily_unavailable'
  | 'server_error';

interface OAuthWireError {
  readonly error: OAuthErrorCode;
  readonly status: number;
  readonly description: string;
  /** OCSF severity_id. */
  readonly severity: 1 | 2 | 3 | 4 | 5;
}

const wireErrorOf = (
  error: OAuthErrorCode,
  description: string,
  severity: OAuthWireError['severity'] = 2,
  status = 400,
): OAuthWireError => ({ error, status, description, severity });

const invalidGrant = (severity: OAuthWireError['severity']): OAuthWireError =>
  wireErrorOf('invalid_grant', 'The grant is invalid, expired, revoked or already used', severity);

const invalidClient = (severity: OAuthWireError['severity'] = 3): OAuthWireError =>
  wireErrorOf('invalid_client', 'Unknown client, or client authentication failed', severity, 401);

const redirectUri = (description: string): OAuthWireError =>
  wireErrorOf('invalid_redirect_uri', description, 3);

const expiredPage = (): OAuthWireError =>
  wireErrorOf('invalid_request', 'This sign-in has expired or was started in another browser', 3);

const wire = {
  request_malformed: wireErrorOf('invalid_request', 'The request is malformed'),
  request_too_large: wireErrorOf('invalid_request', 'The request is too large', 2, 413),
  content_type_unsupported: wireErrorOf(
    'invalid_request',
    'The Content-Type is not supported',
    2,
    415,
  ),
  method_not_allowed: wireErrorOf('invalid_request', 'Method not allowed', 1, 405),
  parameter_duplicated: wireErrorOf('invalid_request', 'A parameter was sent more than once'),
  parameter_missing: wireErrorOf('invalid_request', 'A required parameter is missing'),
  parameter_too_long: wireErrorOf('invalid_request', 'A parameter is too long'),
  response_type_unsupported: wireErrorOf('unsupported_response_type', 'response_type must be code'),
  response_mode_unsupported: wireErrorOf('invalid_request', 'response_mode must be query'),
  grant_type_unsupported: wireErrorOf('unsupported_grant_type', 'The grant_type is not supported'),
  grant_type_not_registered: wireErrorOf(
    'unauthorized_client',
    'The client may not use this grant_type',
  ),
  request_object_unsupported: wireErrorOf('invalid_request', 'Request objects are not supported'),
  pkce_missing: wireErrorOf('invalid_request', 'code_challenge is required', 3),
  pkce_method_refused: wireErrorOf('invalid_request', 'code_challenge_method must be S256', 3),
  pkce_malformed: wireErrorOf('invalid_request', 'code_challenge must be 43 base64url characters'),
  pkce_mismatch: invalidGrant(4),
  resource_mismatch: wireErrorOf('invalid_target', 'The resource is not this server', 3),
  scope_malformed: wireErrorOf('invalid_scope', 'The scope is malformed'),
  scope_unknown: wireErrorOf('invalid_scope', 'None of the requested scopes exists here'),
  scope_not_granted: wireErrorOf('invalid_scope', 'The scope exceeds what was granted', 3),
  client_unknown: invalidClient(),
  client_authentication_failed: invalidClient(4),
  client_not_allowed: invalidClient(),
  client_blocked: invalidClient(4),
  client_document_unavailable: wireErrorOf(
    'invalid_client',
    'The client metadata document could not be read',
    2,
    401,
  ),
  client_document_invalid: wireErrorOf(
    'invalid_client',
    'The client metadata document is not acceptable',
    3,
    401,
  ),
  redirect_uri_missing: redirectUri('redirect_uri is required'),
  redirect_uri_mismatch: redirectUri('redirect_uri is not registered for this client'),
  redirect_uri_malformed: redirectUri('A redirect URI is malformed'),
  redirect_uri_scheme_refused: redirectUri('A redirect URI uses a scheme that is not allowed'),
  redirect_uri_fragment: redirectUri('A redirect URI must not have a fragment'),
  redirect_uri_userinfo: redirectUri('A redirect URI must not have user information'),
  redirect_uri_plain_http: redirectUri('A redirect URI must use https unless its host is loopback'),
  redirect_uri_host_refused: redirectUri('A redirect URI has a host that is not allowed'),
  metadata_malformed: wireErrorOf('invalid_client_metadata', 'The client metadata is malformed'),
  metadata_too_large: wireErrorOf('invalid_client_metadata', 'The client metadata is too large'),
  metadata_auth_method_unsupported: wireErrorOf(
    'invalid_client_metadata',
    'token_endpoint_auth_method must be none, client_secret_basic or client_secret_post',
  ),
  metadata_grant_type_unsupported: wireErrorOf(
    'invalid_client_metadata',
    'A grant type is not supported',
  ),
  metadata_response_type_unsupported: wireErrorOf(
    'invalid_client_metadata',
    'response_types must be [code]',
  ),
  registration_disabled: wireErrorOf(
    'unauthorized_client',
    'Dynamic client registration is switched off',
    2,
    403,
  ),
  registration_token_refused: wireErrorOf(
    'invalid_token',
    'An initial access token is required',
    3,
    401,
  ),
  consent_denied: wireErrorOf('access_denied', 'The user declined', 1),
  consent_forged: wireErrorOf(
    'invalid_request',
    'This form was not submitted from its own page',
    4,
    403,
  ),
  transaction_unknown: expiredPage(),
  transaction_expired: expiredPage(),
  upstream_denied: wireErrorOf('access_denied', 'Sign-in was refused'),
  upstream_unavailable: wireErrorOf(
    'temporarily_unavailable',
    'Sign-in is unavailable at the moment',
    4,
    503,
  ),
  upstream_refused: wireErrorOf('server_error', 'Sign-in could not be completed', 4, 502),
  upstream_token_unbound: wireErrorOf('server_error', 'Sign-in could not be completed', 5, 502),
  // OpenID Connect Core §3.1.2.6, for prompt=none.
  login_required: wireErrorOf('login_required', 'Sign-in is required', 1),
  consent_required: wireErrorOf('consent_required', 'Consent is required', 1),
  nothing_granted: wireErrorOf('access_denied', 'None of the requested scopes was granted'),
  tenant_blocked: wireErrorOf('access_denied', 'Sign-in was refused', 4),
  grant_tenant_blocked: invalidGrant(4),
  code_unknown: invalidGrant(2),
  code_expired: invalidGrant(2),
  code_reused: invalidGrant(5),
  code_client_mismatch: invalidGrant(4),
  code_redirect_mismatch: invalidGrant(4),
  refresh_unknown: invalidGrant(2),
  refresh_reused: invalidGrant(5),
  refresh_client_mismatch: invalidGrant(4),
  grant_expired: invalidGrant(1),
  grant_revoked_upstream: invalidGrant(2),
  token_type_unsupported: wireErrorOf(
    'unsupported_token_type',
    'Only refresh tokens can be revoked',
  ),
  feed_key_refused: wireErrorOf('invalid_token', 'Authentication is required', 3, 401),
  fault: wireErrorOf('server_error', 'Unexpected error', 4, 500),
} as const satisfies Record<string, OAuthWireError>;

export type OAuthRefusalReason = keyof typeof wire;

/** A refusal of the authorization server, as a value. `evidence` is for the log only. */
export interface OAuthRefusal {
  readonly reason: OAuthRefusalReason;
  readonly evidence?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** All reasons, for documentation and for tests that must see every one. */
export const oauthRefusalReasons: readonly OAuthRefusalReason[] = Object.keys(
  wire,
) as OAuthRefusalReason[];

export const oauthWireError = (reason: OAuthRefusalReason): OAuthWireError => wire[reason];
