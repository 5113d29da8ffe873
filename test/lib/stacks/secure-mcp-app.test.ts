import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundlesContextKey } from '../../../lib/assets.ts';
import { SecureMcpApp } from '../../../lib/stacks/secure-mcp-app.ts';
import type { Stages } from '../../../lib/stacks/stage-configuration.ts';
import { bundles, flags, type Resources } from '../../support/synth.ts';

const synthesise = async (configured: Stages) => {
  const outdir = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-'));
  const context = { ...flags, [bundlesContextKey]: bundles };
  const app = new SecureMcpApp(configured, { outdir, context });
  return app.synth();
};

const domain = { name: 'mcp.example.com', hostedZoneId: 'Z0123456789', zoneName: 'example.com' };

describe('the app', () => {
  it('asks AWS nothing, also when a stage names its account', async () => {
    const assembly = await synthesise({
      production: { region: 'eu-west-1', account: '111122223333' },
    });
    const production = assembly.getNestedAssembly('assembly-Production');
    expect(production.manifest.missing).toBeUndefined();
  });

  it('hands the firewall over to any region without a function of its own', async () => {
    const assembly = await synthesise({ production: { region: 'eu-west-1', domain } });
    const { stacks } = assembly.getNestedAssembly('assembly-Production');
    const [edge, server, accessLog] = stacks;
    const regions = stacks.map(({ environment }) => environment.region);
    expect(regions).toEqual(['us-east-1', 'eu-west-1', 'us-east-1']);
    expect(JSON.stringify(accessLog?.template)).toContain('Fn::GetStackOutput');
    expect(server?.dependencies.map(({ id }) => id)).toContain(edge?.id);
    expect(JSON.stringify(server?.template)).toContain('Fn::GetStackOutput');
    expect(JSON.stringify(edge?.template)).not.toMatch(/Custom::|AWS::Lambda/);
  });

  it('protects everything but a disposable stage from being deleted by mistake', async () => {
    const assembly = await synthesise({
      development: { region: 'us-east-1', isDisposable: true },
      production: { region: 'us-east-1' },
    });
    const isProtected = (name: string) =>
      assembly
        .getNestedAssembly(`assembly-${name}`)
        .stacks.map(({ terminationProtection }) => terminationProtection ?? false);
    expect(isProtected('Development')).toEqual([false, false]);
    expect(isProtected('Production')).toEqual([true, true]);
  });

  it('deletes nothing of production that holds users, grants, keys or a record of them', async () => {
    const assembly = await synthesise({
      production: { region: 'eu-west-1', egress: 'isolated', sharedStore: 'valkey', domain },
    });
    const resources = assembly
      .getNestedAssembly('assembly-Production')
      .stacks.flatMap(({ template }) => Object.entries(template.Resources as Resources));
    const holding = [
      ...['AWS::Cognito::UserPool', 'AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'],
      ...['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket'],
    ];
    const deleted = resources
      .filter(([, { Type }]) => holding.includes(Type))
      .filter(([, { DeletionPolicy }]) => !DeletionPolicy?.startsWith('Retain'))
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
    // Copies of public keys and who moved packets: worth nothing without the rest.
    expect(deleted.sort()).toEqual([
      'McpServerCloudFrontIngressLog',
      'McpServerKeyRelayKeys',
      'McpServerKeyRelayLog',
      'McpServerNetworkFlowLog',
    ]);
    const [userPool] = resources.filter(([, { Type }]) => Type === 'AWS::Cognito::UserPool');
    expect(userPool?.[1].Properties.DeletionProtection).toBe('ACTIVE');
  });

  it('says at the end what to give to clients', async () => {
    const assembly = await synthesise({ production: { region: 'us-east-1', domain } });
    const outputs = assembly.getNestedAssembly('assembly-Production').stacks[1]?.template.Outputs;
    expect(outputs.McpUrl.Value).toBe('https://mcp.example.com/mcp');
    expect(outputs.ClaudeCode.Value).toBe(
      'claude mcp add --transport http mcp-server https://mcp.example.com/mcp',
    );
  });
});
