/** token-endpoint, negative responses: `{"error":"…"}` and nothing else. */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type';

/** A refusal on its way to the wire. Thrown, because grants are nested and all refusals are alike. */
export class TokenError extends Error {
  static readonly code = 'ERR_COGNITO_TOKEN';
  readonly error: TokenErrorCode;
  readonly status: 400 | 401;

  constructor(error: TokenErrorCode, status: 400 | 401 = 400) {
    super(error);
    this.name = 'TokenError';
    this.error = error;
    this.status = status;
  }
}
