import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Authorization, addConnectionOutputs, TrustedIssuer } from '../../lib/index.ts';
import { parseCommandLine } from '../../operate/users/command-line.ts';
import { aServer, resolved } from '../support/synth.ts';

const url = 'https://mcp.example.com/mcp';

type Expression = Record<string, unknown>;

/** The outputs as they read after a deployment. */
const outputsOf = (props: Parameters<typeof aServer>[0] = {}): Record<string, string> => {
  const { stack, server, template } = aServer(props);
  addConnectionOutputs(stack, server);
  const known = ({ 'Fn::GetAtt': attribute, Ref }: Expression): string | undefined => {
    if (Array.isArray(attribute) && attribute[1] === 'DomainName') return 'mcp.example.com';
    return String(Ref).includes('UserPool') ? 'us-east-1_AbCdEfGhI' : undefined;
  };
  const { Outputs } = template().toJSON();
  return Object.fromEntries(
    Object.entries(Outputs as Record<string, { Value: unknown }>).map(([name, { Value }]) => [
      name,
      resolved(Value, known),
    ]),
  );
};

describe('the outputs of a stack', () => {
  it('are lines that a person can paste as they are, for every known client', () => {
    const { McpUrl, ClaudeCode, VsCode, Cursor, Codex, McpInspector, McpRemote } = outputsOf({
      productName: 'Team notes',
    });
    expect(McpUrl).toBe(url);
    expect(ClaudeCode).toBe(`claude mcp add --transport http team-notes '${url}'`);
    expect(JSON.parse(/'(.*)'$/.exec(VsCode as string)?.[1] as string)).toEqual({
      name: 'team-notes',
      type: 'http',
      url,
    });
    expect(JSON.parse(Cursor as string)).toEqual({ mcpServers: { 'team-notes': { url } } });
    expect(Codex).toBe(`codex mcp add team-notes --url '${url}'`);
    expect(McpInspector).toBe('npx @modelcontextprotocol/inspector');
    expect(McpRemote).toBe(`npx mcp-remote '${url}'`);
  });

  it('name commands that exist, because nobody can sign in before the first of them', () => {
    const { AddUser, Verify, UserPoolId } = outputsOf();
    expect(Verify).toBe(`npx cdk-secure-mcp verify ${url}`);
    const [npx, bin, users, ...argv] = (AddUser as string).split(' ');
    expect([npx, bin, users]).toEqual(['npx', 'cdk-secure-mcp', 'users']);
    expect(parseCommandLine(argv)).toMatchObject({
      request: { action: 'add', user: 'EMAIL' },
      source: { userPoolId: UserPoolId },
    });
  });

  it('have no user line where users are somebody else’s', () => {
    const outputs = outputsOf({
      authorization: Authorization.external(
        TrustedIssuer.entraId({
          issuerUrl: 'https://login.microsoftonline.com/7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10/v2.0',
          audience: ['api://mcp'],
          clients: ['3e1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10'],
        }),
      ),
    });
    expect(outputs).not.toHaveProperty('AddUser');
    expect(outputs).toHaveProperty('Verify');
  });

  it('are refused a second time in one scope, because one URL would hide the other', () => {
    const stack = new Stack(new App(), 'Other');
    new CfnOutput(stack, 'McpUrl', { value: 'taken' });
    const { server } = aServer();
    expect(() => addConnectionOutputs(stack, server)).toThrow(/already a Construct.*McpUrl/);
    expect(Template.fromStack(stack).toJSON().Outputs).toHaveProperty('McpUrl');
  });
});
