import { describe, expect, it } from 'vitest';
import { parseEnvironment, parseSecret } from '../../lambda/authorization-server/config.ts';
import { parseEnvironment as parseRelayEnvironment } from '../../lambda/key-relay/config.ts';
import { parseEnvironment as parseOperatorEnvironment } from '../../lambda/operator/config.ts';
import { readConfig } from '../../lambda/pre-token-generation/config.ts';
import { Authorization, ClientRegistration, Egress, Tenancy } from '../../lib/index.ts';
import { parseServerConfig } from '../../server/config.ts';
import { aServer, resolved, resourcesOf } from '../support/synth.ts';

/**
 * What the stacks write is what the code reads: the real parsers, on the variables of the real
 * template, with stand-ins for what only AWS knows.
 */

const known = (expression: Record<string, unknown>): string | undefined => {
  const attribute = (expression['Fn::GetAtt'] as string[] | undefined)?.join('.') ?? '';
  if (attribute.endsWith('.RegionalDomainName')) return 'keys.s3.us-east-1.amazonaws.com';
  if (attribute.endsWith('.DomainName')) return 'd111.cloudfront.net';
  if (/Domain[0-9A-F]{8}$/.test(String(expression.Ref))) return 'mcp-prefix';
  if (expression.Ref === 'AWS::URLSuffix') return 'amazonaws.com';
  if (/UserPool[0-9A-F]{8}$/.test(String(expression.Ref))) return 'us-east-1_Pool';
  if (/Client[0-9A-F]{8}$/.test(String(expression.Ref)))
    return String(expression.Ref).includes('Reporting') ? 'machine' : 'people';
  return undefined;
};

const { server, template: synthesise } = aServer({
  productName: 'Team notes',
  tenancy: Tenancy.required(['acme']),
  groupScopes: { readers: ['mcp:tools:read'] },
  authorization: Authorization.broker({
    branding: { accentColor: '#0b57d0', supportUrl: 'https://example.com/help' },
    clientRegistration: ClientRegistration.preRegistered([
      {
        clientId: 'portal',
        clientName: 'Portal',
        redirectUris: ['https://portal.example.com/callback'],
      },
    ]),
  }),
});
server.addMachineClient('Reporting', { scopes: ['mcp:tools:read'], tenant: 'acme' });
const template = synthesise();

const variablesOf = (description: RegExp, from = template): Record<string, string> => {
  const handler = resourcesOf(from, 'AWS::Lambda::Function').find(({ Properties }) =>
    description.test(Properties.Description),
  );
  return Object.fromEntries(
    Object.entries(handler?.Properties.Environment.Variables).map(([name, value]) => [
      name,
      resolved(value, known),
    ]),
  );
};

const containerVariables = (from = template): Record<string, string> => {
  const [task] = resourcesOf(from, 'AWS::ECS::TaskDefinition');
  const { Environment, Secrets = [] } = task?.Properties.ContainerDefinitions[0] ?? {};
  return Object.fromEntries([
    ...Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [
      Name,
      resolved(Value, known),
    ]),
    // What ECS fetches; what it holds is known to nobody here.
    ...Secrets.map(({ Name }: { Name: string }) => [Name, 's'.repeat(43)]),
  ]);
};

describe('the code starts with what the template gives it', () => {
  it('the authorization server', () => {
    const config = parseEnvironment(variablesOf(/authorization server/));
    expect(config.settings).toMatchObject({
      issuer: 'https://d111.cloudfront.net',
      resourceIdentifier: 'https://d111.cloudfront.net/mcp',
      machineClients: ['machine'],
      metadataDocuments: { isEnabled: false },
      dynamicRegistration: { isEnabled: false },
      branding: {
        productName: 'Team notes',
        accentColor: '#0b57d0',
        supportUrl: 'https://example.com/help',
      },
    });
    expect(config.settings.preregisteredClients).toEqual([
      {
        clientId: 'portal',
        clientName: 'Portal',
        redirectUris: ['https://portal.example.com/callback'],
        registration: 'preregistered',
        tokenEndpointAuthMethod: 'none',
        mayRefresh: true,
      },
    ]);
    expect(config.settings.scopes.every(({ isEveryday }) => isEveryday)).toBe(true);
    expect(config.upstream).toMatchObject({
      issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool',
      clientId: 'people',
    });
  });

  it('the authorization server’s secret', () => {
    const value = resourcesOf(template, 'AWS::SecretsManager::Secret').find(
      ({ Properties }) => Properties.SecretString,
    )?.Properties.SecretString;
    // What CloudFormation puts in: 43 letters and digits.
    const filled = resolved(value, known).replaceAll(/\{\{resolve:[^}]+\}\}/g, 'k'.repeat(43));
    expect(parseSecret(filled).sealingKeys).toEqual([{ id: '1', key: 'k'.repeat(43) }]);
    // Long enough for the server, which gets the same one, to accept it.
    const { logPseudonymKey } = parseSecret(filled);
    expect(
      parseServerConfig({ ...containerVariables(), LOG_PSEUDONYM_KEY: logPseudonymKey }),
    ).toMatchObject({ logPseudonymKey: 'k'.repeat(43), logAddresses: 'full' });
  });

  it('the pre token generation trigger', () => {
    const config = readConfig(variablesOf(/access token/));
    expect(config).toMatchObject({
      resourceIdentifier: 'https://d111.cloudfront.net/mcp',
      groupScopes: { readers: ['mcp:tools:read'] },
      // A user outside every listed group gets nothing.
      defaultScopes: [],
      machineClients: { machine: { tenant: 'acme', scopes: ['mcp:tools:read'] } },
    });
  });

  it('the resource server', () => {
    const config = parseServerConfig(containerVariables());
    expect(config).toMatchObject({
      resourceIdentifier: 'https://d111.cloudfront.net/mcp',
      authorizationServer: 'https://d111.cloudfront.net',
      tokenIssuers: [
        {
          issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool',
          jwksUri:
            'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool/.well-known/jwks.json',
        },
      ],
      userClients: ['people'],
      machineClients: ['machine'],
      tenancy: 'required',
      clientAddressHeader: 'cloudfront-viewer-address',
      revocationFeed: { url: 'https://d111.cloudfront.net/oauth/revocations' },
      port: 8080,
    });
  });

  it('the key relay, and the server without a way out, which reads what the relay writes', () => {
    const own = aServer({ egress: Egress.isolated() }).template();
    const relay = parseRelayEnvironment(variablesOf(/Copies the signing keys/, own));
    const { tokenIssuers } = parseServerConfig(containerVariables(own));
    const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool';
    expect(relay.keySets).toEqual([
      { jwksUri: `${issuer}/.well-known/jwks.json`, objectKey: 'user-pool/jwks.json' },
    ]);
    expect(tokenIssuers).toMatchObject([
      // Whose tokens are accepted does not change, only where the keys are read.
      { issuer, jwksUri: 'https://keys.s3.us-east-1.amazonaws.com/user-pool/jwks.json' },
    ]);
  });

  it('the operator', () => {
    expect(parseOperatorEnvironment(variablesOf(/operator asks/))).toMatchObject({
      userPoolId: 'us-east-1_Pool',
    });
  });

  it('names the same issuer to whoever verifies and to whoever signs in', () => {
    const { UPSTREAM_ISSUER } = variablesOf(/authorization server/);
    expect(JSON.parse(containerVariables().TOKEN_ISSUERS ?? '')).toEqual([
      { issuer: UPSTREAM_ISSUER },
    ]);
  });

  it('stays below what Lambda allows for all variables together', () => {
    for (const description of [/authorization server/, /access token/]) {
      const size = Buffer.byteLength(JSON.stringify(variablesOf(description)));
      expect(size).toBeLessThan(4096);
    }
  });
});
