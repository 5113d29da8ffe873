import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import { resourcesOf } from '../../support/synth.ts';
import { accounts, aPipeline, production, staging } from './a-pipeline.ts';
import { acceptedPipelineFindings } from './accepted-findings.ts';

type Action = {
  Name: string;
  RunOrder: number;
  Region?: string;
  ActionTypeId: { Category: string; Provider: string };
  RoleArn?: unknown;
};
type PipelineStage = { Name: string; Actions: Action[]; OnFailure?: unknown };

const { stack } = aPipeline();
const template = Template.fromStack(stack);
const [pipeline] = resourcesOf(template, 'AWS::CodePipeline::Pipeline');
const stages: PipelineStage[] = pipeline?.Properties.Stages;
const stageNamed = (name: string) => stages.find(({ Name }) => Name === name) as PipelineStage;
const inOrder = ({ Actions }: PipelineStage): readonly string[] =>
  [...Actions].sort((a, b) => a.RunOrder - b.RunOrder).map(({ Name }) => Name);

/** The build specification of a project, and what it may do in the end. */
const projectNamed = (part: string) => {
  const [, project] = Object.entries(template.findResources('AWS::CodeBuild::Project')).find(
    ([id]) => id.includes(part),
  ) as [string, { Properties: { Source: { BuildSpec: string }; ServiceRole: unknown } }];
  return JSON.parse(project.Properties.Source.BuildSpec);
};

describe('the way to production', () => {
  it('goes through tests, staging, its verification and a person, because each stops something else', () => {
    expect(pipeline?.Properties.PipelineType).toBe('V2');
    expect(stages.map(({ Name }) => Name)).toEqual([
      'Source',
      'Build',
      'UpdatePipeline',
      'Assets',
      'Staging',
      'Approval',
      'Production',
    ]);
    expect(projectNamed('Synth').phases.build.commands).toEqual([
      'npm run build',
      'npm test',
      "npx cdk synth --quiet --app 'node bin/pipeline.ts'",
    ]);
  });

  it.each(['Staging', 'Production'])(
    'deploys %s in both regions, and verifies last, because half a deployment keeps no promise',
    (name) => {
      const stage = stageNamed(name);
      expect(inOrder(stage)).toEqual([
        'Edge.Prepare',
        'Edge.Deploy',
        'Server.Prepare',
        'Server.Deploy',
        'AccessLog.Prepare',
        'AccessLog.Deploy',
        `Verify${name}`,
      ]);
      const regionOf = (action: string) =>
        stage.Actions.find(({ Name }) => Name === action)?.Region ?? 'eu-west-1';
      expect(regionOf('Edge.Deploy')).toBe('us-east-1');
      expect(regionOf('Server.Deploy')).toBe('eu-west-1');
    },
  );

  it('shows permissions that grow before anybody approves, because a template is long', () => {
    const names = inOrder(stageNamed('Approval'));
    expect(names).toEqual(['ConfirmPermissions.Check', 'ConfirmPermissions.Confirm', 'Approve']);
    const { ActionTypeId } = stageNamed('Approval').Actions.at(-1) as Action;
    expect(ActionTypeId).toMatchObject({ Category: 'Approval', Provider: 'Manual' });
  });

  it('goes back when production fails, and only there, because staging is for looking at failures', () => {
    expect(stageNamed('Production').OnFailure).toEqual({ Result: 'ROLLBACK' });
    const others = stages.filter(({ Name }) => Name !== 'Production');
    expect(others.filter(({ OnFailure }) => OnFailure !== undefined)).toEqual([]);
  });

  it('waits for nobody on the way back, because an approval in the stage would be repeated', () => {
    const categories = stageNamed('Production').Actions.map(
      ({ ActionTypeId }) => ActionTypeId.Category,
    );
    expect(categories).not.toContain('Approval');
  });
});

describe('the verification', () => {
  const { phases, reports } = projectNamed('VerifyStaging');

  it('hands the secrets over in a pipe, because variables, files and arguments are seen by others', () => {
    const { commands } = phases.build;
    expect(commands.at(-1)).toBe(
      '{ secret "$MACHINE_SECRET" && secret "$USER_SECRET"; } | npm run --silent verify -- "$MCP_URL" --credentials --browser google-chrome --junit verification.xml --html verification.html',
    );
    expect(phases.install.commands).toEqual(['npm ci']);
    expect(JSON.stringify(commands)).not.toMatch(/set -x|export VERIFY_|echo "\$\(secret/);
  });

  /** The commands as CodeBuild runs them: in one shell, with stand-ins for the programs. */
  const run = async (aws: string) => {
    const directory = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-'));
    const program = async (name: string, text: string) => {
      await writeFile(`${directory}/${name}`, `#!/usr/bin/env bash\n${text}\n`);
      await chmod(`${directory}/${name}`, 0o755);
    };
    await program('aws', aws);
    await program('npm', 'echo "$*"; cat; cat "$AWS_CONFIG_FILE"');
    const { env, phases: all } = projectNamed('VerifyStaging');
    return promisify(execFile)(env.shell, ['-c', all.build.commands.join('\n')], {
      env: {
        PATH: `${directory}:${process.env.PATH}`,
        TMPDIR: directory,
        MCP_URL: 'https://mcp.example.com/mcp',
        VERIFICATION_ROLE: 'arn:role',
        MACHINE_SECRET: 'arn:aws:secretsmanager:eu-west-1:1:secret:machine',
        USER_SECRET: 'arn:aws:secretsmanager:eu-west-1:1:secret:user',
      },
    });
  };

  it('reads both secrets with the role of the stage, in the region of the stage', async () => {
    const { stdout } = await run('echo "{\\"by\\":\\"$2 in $4\\",\\"of\\":\\"$8\\"}"');
    expect(stdout.trim().split('\n')).toEqual([
      'run --silent verify -- https://mcp.example.com/mcp --credentials --browser google-chrome --junit verification.xml --html verification.html',
      '{"by":"verification in eu-west-1","of":"arn:aws:secretsmanager:eu-west-1:1:secret:machine"}',
      '{"by":"verification in eu-west-1","of":"arn:aws:secretsmanager:eu-west-1:1:secret:user"}',
      '[profile verification]',
      'role_arn = arn:role',
      'credential_source = EcsContainer',
    ]);
  });

  it('fails when one of them cannot be read, because half of the credentials verify half as much', async () => {
    await expect(run('case "$8" in *user) exit 254;; *) echo "{}";; esac')).rejects.toMatchObject({
      code: 254,
    });
  });

  it('reports where the pipeline shows test reports, because nobody reads logs', () => {
    expect(reports).toEqual({
      verification: { files: ['verification.xml'], 'file-format': 'JUNITXML' },
    });
  });

  it('signs nobody in to production, because there are real users', () => {
    const last = projectNamed('VerifyProduction').phases.build.commands.at(-1);
    expect(last).toContain('{ secret "$MACHINE_SECRET"; } |');
    expect(last).not.toContain('USER_SECRET');
  });

  it('runs as a role that may take the two roles of the stages, and touch its own artifacts', () => {
    const [, policy] = Object.entries(template.findResources('AWS::IAM::Policy')).find(([id]) =>
      id.includes('VerifierRole'),
    ) as [string, { Properties: { PolicyDocument: { Statement: Statement[] } } }];
    type Statement = { Action: string | string[]; Resource: unknown };
    const { Statement: statements } = policy.Properties.PolicyDocument;
    const assumed = statements.filter(({ Action }) => [Action].flat().includes('sts:AssumeRole'));
    const partition = { Ref: 'AWS::Partition' };
    const roleIn = (account: string, stage: string) => ({
      'Fn::Join': ['', ['arn:', partition, `:iam::${account}:role/${stage}-mcp-verification`]],
    });
    expect(assumed.flatMap(({ Resource }) => Resource)).toEqual([
      roleIn(accounts.staging, 'Staging'),
      roleIn(accounts.production, 'Production'),
    ]);
    const services = statements.flatMap(({ Action }) =>
      [Action].flat().map((action) => action.split(':')[0]),
    );
    expect([...new Set(services)].sort()).toEqual(['codebuild', 'kms', 'logs', 's3', 'sts']);
  });

  it('tries what needs no login where the stage names no verifier', () => {
    const plain = { region: 'eu-west-1', account: accounts.staging };
    const { stack: open } = aPipeline({ staging: plain, production: plain });
    const commands = Object.values(
      Template.fromStack(open).findResources('AWS::CodeBuild::Project'),
    )
      .map(({ Properties }) => Properties.Source.BuildSpec)
      .filter((text) => typeof text === 'string' && text.includes('verification.xml'))
      .map((text) => JSON.parse(text).phases.build.commands.at(-1));
    expect(commands).toEqual(
      Array(2).fill(
        'npm run --silent verify -- "$MCP_URL" --junit verification.xml --html verification.html',
      ),
    );
  });
});

describe('a pipeline that cannot work', () => {
  it.each([
    ['no production', { staging }, /must have staging and production/],
    [
      'a test user in production',
      { staging, production: { ...production, testUser: true } },
      /'production.testUser' must be false, because production has users, got true/,
    ],
    [
      'a test user that nobody may use',
      { staging: { ...staging, verifiedBy: undefined }, production },
      /'staging.verifiedBy' must be set with testUser, because nobody could use it, got undefined/,
    ],
    [
      'a verifier that is none',
      { staging: { ...staging, verifiedBy: 'repo:acme/*:environment:*' }, production },
      /'staging.verifiedBy' must be the ARN of a role or repo:owner\/name:environment:name/,
    ],
  ])('is refused with %s', (_, configured, message) => {
    expect(() => aPipeline(configured)).toThrow(message);
  });
});

describe('the templates of the pipeline', { timeout: 60_000 }, () => {
  afterAll(() => {
    process.env.CDK_VALIDATION = 'false';
  });

  it('break no rule but those of AwsSolutions that CDK Pipelines has its reasons for', () => {
    delete process.env.CDK_VALIDATION;
    const { app } = aPipeline();
    const content = readFileSync(new URL('../rules.guard', import.meta.url), 'utf8');
    Validations.of(app).addPlugins(
      new AwsSolutionsChecks(app),
      new CloudFormationValidatePlugin({ guardRules: [{ name: 'cdk-secure-mcp', content }] }),
    );
    // Findings are errors; the report has them all.
    expect(() => app.synth()).toThrow();
    const report: Report = JSON.parse(readFileSync(`${app.outdir}/validation-report.json`, 'utf8'));
    const violations = report.pluginReports.flatMap((plugin) => plugin.violations);
    const found = violations.map(({ ruleName }) => withoutNames(ruleName));
    expect([...new Set(found)].sort()).toEqual(Object.keys(acceptedPipelineFindings).sort());
    const places = violations.flatMap(({ violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => constructPath),
    );
    // The stages themselves are as clean as they are without a pipeline.
    const own = /^Pipeline\/Pipeline\/(Pipeline|VerifierRole)\//;
    expect(places.filter((path) => !own.test(path))).toEqual([]);
  });
});

type Report = {
  pluginReports: {
    violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[];
  }[];
};

const withoutNames = (ruleName: string): string =>
  ruleName
    .replace('AwsSolutions-', '')
    .replace(/Resource::(arn:aws:s3:::[^/]+|<\w*Bucket\w+\.Arn>)\/\*/, 'Resource::bucket/*')
    .replace(
      /Resource::arn:[^\]]*:log-group:\/aws\/codebuild\/[^\]]*/,
      'Resource::log-group:/aws/codebuild/…',
    )
    .replace(/Resource::arn:[^\]]*:report-group\/[^\]]*/, 'Resource::report-group/…')
    .replace(/Resource::<\w+\.Arn>:\*/, 'Resource::function:*')
    .replace(/Policy::[^\]]*\/(\w+)\]/, 'Policy::$1]');
