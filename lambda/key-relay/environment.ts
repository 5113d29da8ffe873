/** The contract between the construct that creates the function and the code that runs in it. */
export interface KeyRelayEnvironment {
  readonly BUCKET_NAME: string;
  /** JSON: `[{ "jwksUri": "https://…", "objectKey": "…/jwks.json" }]`. */
  readonly KEY_SETS: string;
}
