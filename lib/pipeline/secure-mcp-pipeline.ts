import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BuildSpec, LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { type CfnPipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CodeBuildStep,
  CodePipeline,
  ConfirmPermissionsBroadening,
  type IFileSetProducer,
  ManualApprovalStep,
  Step,
} from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { verificationStep } from './verification-step.ts';
import type { VerifiedStage } from './verified-stage.ts';

export interface SecureMcpPipelineProps {
  /** Such as `CodePipelineSource.connection('owner/name', 'main', { connectionArn })`. */
  readonly source: IFileSetProducer;
  readonly staging: VerifiedStage;
  readonly production: VerifiedStage;
  /**
   * Installs what the app and the verifier need.
   *
   * @default ['npm ci']
   */
  readonly installCommands?: readonly string[];
  /**
   * Tests the app and synthesises it with this pipeline into `cdk.out`.
   *
   * @default ['npm test', 'npx cdk synth']
   */
  readonly buildCommands?: readonly string[];
  /**
   * Starts the verifier.
   *
   * @default 'npx cdk-secure-mcp verify'
   */
  readonly verifyCommand?: string;
  /**
   * Name of the role that verifications run as: what a {@link VerificationAccess} has to trust.
   *
   * @default 'secure-mcp-verifier'
   */
  readonly verifierRoleName?: string;
}

/** Stage ids in the pipeline, as its console shows them. */
const approvalId = 'Approval';

/**
 * From a commit to production. Guarantees: nothing gets to production that did not pass the tests,
 * that the verifier found wanting in staging, or that nobody approved; permissions that grow are
 * shown before; production is verified too, and if it fails, what ran before is deployed again.
 *
 * Does not roll back data, and not across a change of the pipeline itself: see ADR 0030.
 *
 * @example
 * declare const staging: VerifiedStage;
 * declare const production: VerifiedStage;
 * new SecureMcpPipeline(stack, 'Pipeline', {
 *   source: CodePipelineSource.connection('owner/name', 'main', { connectionArn }),
 *   staging,
 *   production,
 * });
 */
export class SecureMcpPipeline extends Construct {
  readonly pipeline: CodePipeline;
  /** May take the roles of the stages' verifications, and nothing else in their accounts. */
  readonly verifierRole: Role;

  constructor(scope: Construct, id: string, props: SecureMcpPipelineProps) {
    super(scope, id);
    const { staging, production } = props;
    this.pipeline = this.createPipeline(props);
    this.verifierRole = new Role(this, 'VerifierRole', {
      roleName: props.verifierRoleName ?? 'secure-mcp-verifier',
      assumedBy: new ServicePrincipal('codebuild.amazonaws.com'),
      description: 'Verifies deployments',
    });
    this.pipeline.addStage(staging.stage, { post: [this.verify('VerifyStaging', staging, props)] });
    // A stage of its own: a rollback of production repeats every action of its stage, and must not
    // wait for somebody to approve what ran an hour ago.
    this.pipeline.addWave(approvalId, { pre: this.approvalSteps(production) });
    this.pipeline.addStage(production.stage, {
      post: [this.verify('VerifyProduction', production, props)],
    });
    this.pipeline.buildPipeline();
    this.rollBackOnFailure(production.stage.stageName);
    this.acknowledge();
  }

  private createPipeline(props: SecureMcpPipelineProps): CodePipeline {
    const logGroup = new LogGroup(this, 'BuildLog', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return new CodePipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      crossAccountKeys: true,
      enableKeyRotation: true,
      synth: new CodeBuildStep('Synth', {
        input: props.source,
        installCommands: [...(props.installCommands ?? ['npm ci'])],
        commands: [...(props.buildCommands ?? ['npm test', 'npx cdk synth'])],
        primaryOutputDirectory: 'cdk.out',
      }),
      codeBuildDefaults: {
        buildEnvironment: { buildImage: LinuxBuildImage.STANDARD_7_0 },
        logging: { cloudWatch: { logGroup } },
        partialBuildSpec: BuildSpec.fromObject({
          phases: { install: { 'runtime-versions': { nodejs: 22 } } },
        }),
        timeout: Duration.hours(1),
      },
    });
  }

  private verify(id: string, verified: VerifiedStage, props: SecureMcpPipelineProps): Step {
    return verificationStep(id, {
      input: props.source,
      installCommands: props.installCommands ?? ['npm ci'],
      command: props.verifyCommand ?? 'npx cdk-secure-mcp verify',
      verified,
      role: this.verifierRole,
    });
  }

  private approvalSteps({ stage }: VerifiedStage): Step[] {
    const permissions = new ConfirmPermissionsBroadening('ConfirmPermissions', { stage });
    const approval = new ManualApprovalStep('Approve', {
      comment: 'Staging is deployed and verified. Approve to deploy it to production.',
    });
    return Step.sequence([permissions, approval]);
  }

  private acknowledge(): void {
    const supports = Object.values(this.pipeline.pipeline.crossRegionSupport);
    for (const scope of [this, ...supports.map(({ stack }) => stack)])
      Validations.of(scope).acknowledge({
        id: 'AwsSolutions-S1',
        reason: 'artifacts are read by the pipeline alone, whose executions are on record',
      });
  }

  /** CodePipeline's own rollback, which CDK Pipelines has no property for. */
  private rollBackOnFailure(stageName: string): void {
    const { pipeline } = this.pipeline;
    const index = pipeline.stages.findIndex((stage) => stage.stageName === stageName);
    const resource = pipeline.node.defaultChild as CfnPipeline;
    resource.addPropertyOverride(`Stages.${index}.OnFailure`, { Result: 'ROLLBACK' });
  }
}
