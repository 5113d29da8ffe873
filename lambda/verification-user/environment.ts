/** The contract between the construct that creates the function and the code that runs in it. */
export interface VerificationUserEnvironment {
  readonly USER_POOL_ID: string;
  /** An app client that signs in by IAM alone: it enrols the second factor. */
  readonly ENROLMENT_CLIENT_ID: string;
  /** JSON with `username` and `password`; the second factor's key is added to it. */
  readonly SECRET_ARN: string;
}
