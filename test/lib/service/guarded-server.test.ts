import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { describe, expect, it } from 'vitest';
import { Egress, type GuardedServerOptions, McpServerCode } from '../../../lib/index.ts';
import { parseAccessPolicyFile } from '../../../server/guard/access-policy-file.ts';
import { aServer, resourcesOf } from '../../support/synth.ts';

const policyFile = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.json');
  writeFileSync(path, text);
  return path;
};

const options = (changes: Partial<GuardedServerOptions> = {}): GuardedServerOptions => ({
  image: ContainerImage.fromRegistry('public.ecr.aws/example/tickets:1'),
  port: 3001,
  accessPolicyFile: policyFile('{ "tools": { "search": {} } }'),
  environment: { LOG_LEVEL: 'info' },
  ...changes,
});

const aTask = (changes: Partial<GuardedServerOptions> = {}) => {
  const { template } = aServer({ code: McpServerCode.guarded(options(changes)) });
  const [task] = resourcesOf(template(), 'AWS::ECS::TaskDefinition');
  // biome-ignore lint/suspicious/noExplicitAny: templates are free JSON
  const containers = task?.Properties.ContainerDefinitions as any[];
  const named = (name: string) => containers.find(({ Name }) => Name === name);
  return { template: template(), guard: named('Server'), guarded: named('Companion') };
};

const variables = (container: { Environment: { Name: string; Value: unknown }[] }) =>
  Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value]));

describe('a server behind the guard', () => {
  it('is reached by the guard only, because the load balancer knows no port of it', () => {
    const { template, guard, guarded } = aTask();
    expect(guard.PortMappings).toEqual([{ ContainerPort: 8080, Protocol: 'tcp' }]);
    expect(guarded.PortMappings).toBeUndefined();
    expect(variables(guard).UPSTREAM_URL).toBe('http://127.0.0.1:3001/mcp');
    const ports = resourcesOf(template, 'AWS::EC2::SecurityGroupIngress').map(
      ({ Properties }) => Properties.FromPort,
    );
    expect(ports).not.toContain(3001);
  });

  it('is as hardened as the guard, because it runs code that nobody here has seen', () => {
    const { guard, guarded } = aTask();
    for (const container of [guard, guarded]) {
      expect(container).toMatchObject({ User: '65532', ReadonlyRootFilesystem: true });
      expect(container.LinuxParameters.Capabilities.Drop).toEqual(['ALL']);
      expect(container.Essential).toBe(true);
    }
  });

  it('shares a secret with the guard that is in no variable, so that it can tell who calls', () => {
    const { guard, guarded } = aTask();
    const secretOf = (container: typeof guard) =>
      container.Secrets.find(({ Name }: { Name: string }) => Name === 'CALLER_IDENTITY_SECRET');
    expect(secretOf(guarded)).toEqual(secretOf(guard));
    expect(secretOf(guard).ValueFrom).toHaveProperty('Ref');
    expect(variables(guard)).not.toHaveProperty('CALLER_IDENTITY_SECRET');
  });

  it('logs beside the security log, because what it prints must not pass for an event', () => {
    const { guard, guarded } = aTask();
    const logOf = (container: typeof guard) => container.LogConfiguration.Options['awslogs-group'];
    expect(logOf(guarded)).not.toEqual(logOf(guard));
  });

  it('gets a policy that the guard can read, from the variable that it reads', () => {
    const policy = variables(aTask().guard).ACCESS_POLICY as string;
    expect(parseAccessPolicyFile(policy)).toMatchObject({ ok: true });
  });

  it('starts first, and stops with the guard', () => {
    expect(aTask().guard.DependsOn).toEqual([{ Condition: 'START', ContainerName: 'Companion' }]);
  });

  it('can be in a network without a way out, because secrets have an endpoint there', () => {
    const { template } = aServer({
      code: McpServerCode.guarded(options()),
      egress: Egress.isolated(),
    });
    const endpoints = resourcesOf(template(), 'AWS::EC2::VPCEndpoint');
    expect(JSON.stringify(endpoints)).toContain('secretsmanager');
  });

  it.each([
    [{ port: 8080 }, /'port' must be a free port other than 8080/],
    [{ port: 1.5 }, /'port' must be a free port/],
    [{ path: 'mcp' }, /'path' must be a path such as \/mcp, got mcp/],
    [{ accessPolicyFile: '/nowhere' }, /must be a readable JSON file, got \/nowhere/],
    [{ accessPolicyFile: policyFile('{') }, /must be a readable JSON file/],
  ])('refuses %j at synth', (changes, message) => {
    expect(() => aTask(changes)).toThrow(message);
  });
});
