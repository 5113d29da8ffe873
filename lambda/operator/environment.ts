/** The contract between the construct that creates the function and the code that runs in it. */
export interface OperatorEnvironment {
  readonly USER_POOL_ID: string;
  /** The table of the authorization server's grants. */
  readonly TABLE_NAME: string;
  /** JSON: modes of detections by id; empty: no finding acts. */
  readonly DETECTIONS?: string;
}
