import { Stack, type StackProps } from 'aws-cdk-lib';
import { CodePipelineSource } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import { SecureMcpPipeline } from '../pipeline/secure-mcp-pipeline.ts';
import { SecureMcpStage } from './secure-mcp-stage.ts';
import type { StageConfiguration } from './stage-configuration.ts';

/** Where the pipeline gets the code, and where it lives. */
export interface PipelineConfiguration {
  readonly region: string;
  /** @default - the account of whoever deploys */
  readonly account?: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly branch: string;
  /** A connection to the repository, made and confirmed in the console of CodeConnections. */
  readonly connectionArn: string;
}

export interface PipelineStackProps extends StackProps {
  readonly pipeline: PipelineConfiguration;
  readonly staging: StageConfiguration;
  readonly production: StageConfiguration;
}

/** The pipeline of this app: what it deploys are the same stages that `cdk deploy` would. */
export class PipelineStack extends Stack {
  readonly pipeline: SecureMcpPipeline;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { repository, branch, connectionArn } = props.pipeline;
    this.pipeline = new SecureMcpPipeline(this, 'Pipeline', {
      source: CodePipelineSource.connection(repository, branch, { connectionArn }),
      staging: new SecureMcpStage(this, 'Staging', props.staging).verified,
      production: new SecureMcpStage(this, 'Production', props.production).verified,
      buildCommands: [
        'npm run build',
        'npm test',
        "npx cdk synth --quiet --app 'node bin/pipeline.ts'",
      ],
      verifyCommand: 'npm run --silent verify --',
    });
  }
}
