/**
 * What guard mode needs besides the variables of {@link file://../environment.ts}: names and types,
 * nothing else.
 */
export interface GuardEnvironment {
  /** Where the guarded server listens, on loopback: `http://127.0.0.1:3001/mcp`. */
  readonly UPSTREAM_URL: string;
  /** JSON that says who may use its tools, prompts and resources. Either this or the next one. */
  readonly ACCESS_POLICY?: string;
  /** Path of a file with that JSON. */
  readonly ACCESS_POLICY_FILE?: string;
  /** Signs `Caller-Identity` with HS256: at least 32 characters. Either this or the next one. */
  readonly CALLER_IDENTITY_SECRET?: string;
  /** Signs `Caller-Identity` with EdDSA: an Ed25519 private key, PEM. */
  readonly CALLER_IDENTITY_PRIVATE_KEY?: string;
}
