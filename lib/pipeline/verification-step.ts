import { Duration } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import type { VerificationOutputs, VerifiedStage } from './verified-stage.ts';

export interface VerificationStepProps {
  readonly input: IFileSetProducer;
  readonly installCommands: readonly string[];
  /** Starts the verifier, such as `npx cdk-secure-mcp verify`. */
  readonly command: string;
  readonly verified: VerifiedStage;
  readonly role: IRole;
}

const reports = '--junit verification.xml --html verification.html';

/**
 * Takes the role of the stage and hands the secrets to the verifier through a pipe: they are in no
 * variable, no file, no argument, and the verifier prints none.
 */
const withSecrets = (command: string, { userSecretArn }: VerificationOutputs): string[] => [
  // A secret that cannot be read must fail the step: half of the credentials verify half as much.
  'set -o pipefail',
  'export AWS_CONFIG_FILE="$(mktemp)"',
  // The build's own credentials stay what they are; this profile is used for two calls.
  'printf "[profile verification]\\nrole_arn = %s\\ncredential_source = EcsContainer\\n" "$VERIFICATION_ROLE" > "$AWS_CONFIG_FILE"',
  'secret() { aws --profile verification --region "$(echo "$1" | cut -d: -f4)" secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text; }',
  `{ secret "$MACHINE_SECRET"${userSecretArn ? ' && secret "$USER_SECRET"' : ''}; } | ${command} "$MCP_URL" --credentials --browser google-chrome ${reports}`,
];

const environmentOf = ({ mcpUrl, access }: VerifiedStage) => ({
  MCP_URL: mcpUrl,
  ...(access && { MACHINE_SECRET: access.machineSecretArn }),
  ...(access?.userSecretArn && { USER_SECRET: access.userSecretArn }),
});

/** Fails unless the deployment keeps its promises: exit code 0 is the only way on. */
export const verificationStep = (id: string, props: VerificationStepProps): CodeBuildStep => {
  const { verified, command } = props;
  const { access } = verified;
  return new CodeBuildStep(id, {
    input: props.input,
    installCommands: [...props.installCommands],
    commands: access ? withSecrets(command, access) : [`${command} "$MCP_URL" ${reports}`],
    env: access ? { VERIFICATION_ROLE: access.roleArn } : {},
    envFromCfnOutputs: environmentOf(verified),
    role: props.role,
    rolePolicyStatements: access
      ? [new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [access.roleArn] })]
      : [],
    partialBuildSpec: BuildSpec.fromObject({
      env: { shell: 'bash' },
      reports: {
        verification: { files: ['verification.xml'], 'file-format': 'JUNITXML' },
      },
    }),
    timeout: Duration.minutes(20),
  });
};
