import { App, type AppProps } from 'aws-cdk-lib';
import { parseStages } from './parse-stages.ts';
import { type PipelineConfiguration, PipelineStack } from './pipeline-stack.ts';

const patterns: Readonly<Record<keyof PipelineConfiguration, readonly [RegExp, string]>> = {
  region: [/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-west-1'],
  account: [/^\d{12}$/, 'an account of 12 digits'],
  repository: [/^[\w.-]+\/[\w.-]+$/, 'owner/name'],
  branch: [/^[\w./-]+$/, 'the name of a branch'],
  connectionArn: [
    /^arn:[\w-]+:(?:codeconnections|codestar-connections):[\w-]+:\d{12}:connection\/[\w-]+$/,
    'the ARN of a connection',
  ],
};

const problemsOf = (pipeline: PipelineConfiguration): readonly string[] =>
  Object.entries(patterns).flatMap(([name, [pattern, allowed]]) => {
    const value = pipeline[name as keyof PipelineConfiguration];
    if (value === undefined && name === 'account') return [];
    return pattern.test(value ?? '')
      ? []
      : [`  - 'pipeline.${name}' must be ${allowed}, got ${JSON.stringify(value)}`];
  });

/** The pipeline from staging to production. */
export class PipelineApp extends App {
  /**
   * @param stages what `bin/stages.ts` says; checked here
   * @throws Error that lists every problem with the stages, or with the pipeline
   */
  constructor(stages: unknown, pipeline: PipelineConfiguration, props?: AppProps) {
    super(props);
    const { staging, production } = parseStages(stages);
    if (!staging || !production)
      throw new Error("'stages' must have staging and production, because the pipeline has both");
    const problems = problemsOf(pipeline);
    if (problems.length > 0) throw new Error(`the pipeline is not usable:\n${problems.join('\n')}`);
    const { account, region } = pipeline;
    new PipelineStack(this, 'Pipeline', {
      env: { account, region },
      description: 'Deploys a remote MCP server, from a commit to production',
      terminationProtection: true,
      pipeline,
      staging,
      production,
    });
  }
}
