import type { CfnOutput, Stage } from 'aws-cdk-lib';

/** A stage of an app, and where to find what a verification of it needs. */
export interface VerifiedStage {
  readonly stage: Stage;
  /** The MCP URL. */
  readonly mcpUrl: CfnOutput;
  /**
   * How the verification gets past the door.
   *
   * @default - it tries what needs no login
   */
  readonly access?: VerificationOutputs;
}

/** What a {@link VerificationAccess} made, as outputs of the stage. */
export interface VerificationOutputs {
  /** ARN of its role, known before it exists: the verification has to be allowed to take it. */
  readonly roleArn: string;
  /** ARN of the machine client's secret. */
  readonly machineSecretArn: CfnOutput;
  /**
   * ARN of the test user's secret.
   *
   * @default - there is no test user
   */
  readonly userSecretArn?: CfnOutput;
}
