import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { FeaturePlan, Mfa, UserPool, UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  Authorization,
  McpUserPool,
  SecureMcpServer,
  type SecureMcpServerProps,
  Tenancy,
  TrustedIssuer,
} from '../../../lib/index.ts';
import { parseServerConfig } from '../../../server/config.ts';
import { aServer, aStack, resolved, resourcesOf } from '../../support/synth.ts';

const messageOf = (props: SecureMcpServerProps, stack = aStack()): string => {
  try {
    new SecureMcpServer(stack, 'McpServer', props);
  } catch (error) {
    return (error as Error).message.replace(/^.* cannot be made: /, '');
  }
  return 'no problem';
};

const known = (expression: Record<string, unknown>): string | undefined => {
  const attribute = (expression['Fn::GetAtt'] as string[] | undefined)?.join('.') ?? '';
  if (attribute.endsWith('.DomainName')) return 'd111.cloudfront.net';
  if (expression.Ref === 'AWS::URLSuffix') return 'amazonaws.com';
  if (/UserPool|Users/.test(String(expression.Ref))) return 'us-east-1_Pool';
  return undefined;
};

const configOf = (template: Template) => {
  const [task] = resourcesOf(template, 'AWS::ECS::TaskDefinition');
  const variables: { Name: string; Value: unknown }[] =
    task?.Properties.ContainerDefinitions[0].Environment;
  return parseServerConfig(
    Object.fromEntries(variables.map(({ Name, Value }) => [Name, resolved(Value, known)])),
  );
};

const count = (template: Template, type: string): number => resourcesOf(template, type).length;

const directory = '11111111-2222-3333-4444-555555555555';
const entra = TrustedIssuer.entraId({
  issuerUrl: `https://login.microsoftonline.com/${directory}/v2.0`,
  audience: ['api://mcp'],
  clients: ['vs-code'],
  scopes: { 'Tools.Read': ['mcp:tools:read'] },
});
const auth0 = TrustedIssuer.auth0({ issuerUrl: 'https://acme.auth0.com/', clients: ['a'] });
const okta = TrustedIssuer.okta({
  issuerUrl: 'https://acme.okta.com/oauth2/default',
  clients: ['b'],
  machineClients: ['c'],
  tenant: 'acme',
});

describe('clients that talk to Cognito directly', () => {
  const direct = (redirectUris: readonly string[] = ['https://claude.ai/api/mcp/auth_callback']) =>
    Authorization.direct({ clients: [{ clientName: 'Claude', redirectUris }] });
  const { server, template: synthesise } = aServer({ authorization: direct() });
  server.addMachineClient('Reporting', { scopes: ['mcp:tools:read'] });
  const template = synthesise();

  it('are sent to the user pool, and nothing of ours stands in between', () => {
    const config = configOf(template);
    const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool';
    expect(config.authorizationServer).toBe(issuer);
    expect(config.tokenIssuers).toMatchObject([{ issuer }]);
    expect(config.userClients).toHaveLength(1);
    expect(config.machineClients).toHaveLength(1);
    expect(count(template, 'AWS::ElasticLoadBalancingV2::ListenerRule')).toBe(0);
    expect(count(template, 'AWS::DynamoDB::GlobalTable')).toBe(0);
    expect(server.authorizationServer).toBeUndefined();
  });

  it('are public, known in advance, and may use the code flow only', () => {
    const client = resourcesOf(template, 'AWS::Cognito::UserPoolClient').find(
      ({ Properties }) => Properties.ClientName === 'Claude',
    );
    expect(client?.Properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      CallbackURLs: ['https://claude.ai/api/mcp/auth_callback'],
      ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
    });
    expect(count(template, 'AWS::Cognito::ManagedLoginBranding')).toBe(1);
  });

  it('must use PKCE and name this server, because Cognito itself demands neither', () => {
    const [webAcl] = resourcesOf(template, 'AWS::WAFv2::WebACL').filter(
      ({ Properties }) => Properties.Scope === 'REGIONAL',
    );
    const rules: { Name: string; Action: unknown; Statement: unknown }[] = webAcl?.Properties.Rules;
    const rule = rules.find(({ Name }) => Name === 'SignInWithPkceForThisServer');
    expect(rule?.Action).toEqual({ Block: {} });
    const text = JSON.stringify(rule?.Statement);
    for (const path of ['/oauth2/authorize', '/login']) expect(text).toContain(`"${path}"`);
    for (const name of ['code_challenge', 'code_challenge_method', 'resource', 'response_type'])
      expect(text).toContain(`{"SingleQueryArgument":{"Name":"${name}"}}`);
    expect(text).toMatch(/"NotStatement":\{"Statement":\{"AndStatement"/);
    const byBrowser = rules.find(({ Name }) => Name === 'SignInByBrowser');
    expect(JSON.stringify(byBrowser?.Statement)).toContain('InitiateAuth');
  });

  it.each([
    ["'clients' must list 1 to 20 clients, got 0", Authorization.direct({ clients: [] })],
    [
      "'clients' must have redirect URIs that codes may be sent to, got http://example.com/cb (redirect_uri_plain_http)",
      direct(['http://example.com/cb']),
    ],
    ["'clients' must give each client a redirect URI, got none for Claude", direct([])],
  ])('are refused: %s', (problem, authorization) => {
    expect(messageOf({ authorization })).toBe(problem);
  });
});

describe('other authorization servers', () => {
  it('need no user pool, no function and no table of ours', () => {
    const { template: synthesise } = aServer({ authorization: Authorization.external(entra) });
    const template = synthesise();
    for (const type of ['AWS::Cognito::UserPool', 'AWS::DynamoDB::GlobalTable'])
      expect(count(template, type)).toBe(0);
    // The key of the hashes in the log, and nothing that opens a door.
    expect(count(template, 'AWS::SecretsManager::Secret')).toBe(1);
  });

  it('are trusted as the server understands them: keys, audience, clients and scopes of each', () => {
    const { template } = aServer({ authorization: Authorization.external(entra, auth0, okta) });
    const config = configOf(template());
    expect(config.authorizationServer).toBe(`https://login.microsoftonline.com/${directory}/v2.0`);
    expect(config.tokenIssuers).toMatchObject([
      {
        profile: 'entra',
        audience: ['api://mcp'],
        userClients: ['vs-code'],
        scopeNames: { 'Tools.Read': ['mcp:tools:read'] },
        jwksUri: `https://login.microsoftonline.com/${directory}/discovery/v2.0/keys`,
      },
      { profile: 'auth0', jwksUri: 'https://acme.auth0.com/.well-known/jwks.json' },
      { profile: 'okta', machineClients: ['c'], tenant: 'acme' },
    ]);
  });

  it('register their own machine clients, and the message says where', () => {
    const { server } = aServer({ authorization: Authorization.external(auth0) });
    expect(() => server.addMachineClient('Reporting', { scopes: [] })).toThrow(
      "with Authorization.external() clients are registered with the issuer and named in 'machineClients'",
    );
  });

  const issuerUrl = 'https://acme.okta.com/oauth2/default';
  it.each<[string, SecureMcpServerProps]>([
    [
      "'authorization' must trust at least one issuer, got none",
      { authorization: Authorization.external() },
    ],
    [
      "'authorization' must name each issuer once, got https://acme.auth0.com/ again",
      { authorization: Authorization.external(auth0, auth0) },
    ],
    [
      "'issuerUrl' must be an issuer of entra (https://login.microsoftonline.com/<directory id>/v2.0 or https://sts.windows.net/<directory id>/, never common or organizations), got https://login.microsoftonline.com/common/v2.0",
      {
        authorization: Authorization.external(
          TrustedIssuer.entraId({
            issuerUrl: 'https://login.microsoftonline.com/common/v2.0',
            audience: ['a'],
            clients: ['a'],
          }),
        ),
      },
    ],
    [
      `'clients' or 'machineClients' must name a client id of ${issuerUrl}, got none`,
      { authorization: Authorization.external(TrustedIssuer.okta({ issuerUrl })) },
    ],
    [
      `'tenant' or 'tenantClaim' must be given for ${issuerUrl} when tenancy is required, because Okta's tokens name no tenant, got neither`,
      {
        authorization: Authorization.external(TrustedIssuer.okta({ issuerUrl, clients: ['a'] })),
        tenancy: Tenancy.required(),
      },
    ],
    [
      "'tenancy' must name no tenants with Authorization.external(), whose tokens bring them, got acme",
      { authorization: Authorization.external(auth0), tenancy: Tenancy.required(['acme']) },
    ],
    [
      "'groupScopes' must not be given with Authorization.external(), whose issuer decides who may have which scope, got some",
      {
        authorization: Authorization.external(auth0),
        groupScopes: { readers: ['mcp:tools:read'] },
      },
    ],
  ])('are refused: %s', (problem, props) => {
    expect(messageOf(props)).toBe(problem);
  });
});

describe('a user pool that exists', () => {
  const domainUrl = 'https://login.example.com';
  const serverWith = (stack = aStack(), userPool = new UserPool(stack, 'Existing')) => {
    const pool = McpUserPool.fromUserPool(stack, 'Users', { userPool, domainUrl });
    new SecureMcpServer(stack, 'McpServer', {
      authorization: Authorization.broker({ userPool: pool }),
    });
    return Template.fromStack(stack);
  };

  it('keeps its settings and gets the trigger, when it is made in the same stack', () => {
    const template = serverWith();
    expect(count(template, 'AWS::Cognito::UserPool')).toBe(1);
    const [pool] = resourcesOf(template, 'AWS::Cognito::UserPool');
    expect(pool?.Properties.LambdaConfig.PreTokenGenerationConfig.LambdaVersion).toBe('V3_0');
    const handler = resourcesOf(template, 'AWS::Lambda::Function').find(
      ({ Properties }) => Properties.FunctionName,
    );
    expect(JSON.stringify(pool?.Properties.LambdaConfig)).toContain(
      JSON.stringify(handler?.Properties.FunctionName),
    );
  });

  it('keeps its own firewall, because a pool can have one only', () => {
    expect(count(serverWith(), 'AWS::WAFv2::WebACLAssociation')).toBe(0);
  });

  it('is a warning that names the trigger, when nothing can be known about it', () => {
    const stack = aStack();
    serverWith(stack, UserPool.fromUserPoolId(stack, 'Existing', 'us-east-1_Existing') as UserPool);
    Annotations.fromStack(stack).hasWarning(
      '/Mcp/Users',
      Match.stringLikeRegexp('pre token generation trigger, version V3_0'),
    );
  });

  it.each([
    [
      "'userPool' must be on the ESSENTIALS or PLUS plan, got LITE",
      (stack = aStack()) =>
        serverWith(stack, new UserPool(stack, 'Existing', { featurePlan: FeaturePlan.LITE })),
    ],
    [
      "'userPool' must leave its pre token generation trigger to this server, got another function",
      (stack = aStack()) => {
        const userPool = new UserPool(stack, 'Existing');
        userPool.addTrigger(
          UserPoolOperation.PRE_TOKEN_GENERATION,
          new LambdaFunction(stack, 'Other', {
            code: Code.fromInline('exports.handler = async (event) => event;'),
            handler: 'index.handler',
            runtime: Runtime.NODEJS_24_X,
          }),
        );
        return serverWith(stack, userPool);
      },
    ],
    [
      "'domainUrl' must be an https origin such as https://login.example.com, got https://login.example.com/",
      (stack = aStack()) =>
        McpUserPool.fromUserPool(stack, 'Users', {
          userPool: new UserPool(stack, 'Existing'),
          domainUrl: `${domainUrl}/`,
        }),
    ],
  ])('is refused: %s', (problem, make) => {
    expect(() => make()).toThrow(problem);
  });

  it('has its own rules for a second factor', () => {
    const stack = aStack();
    const userPool = new McpUserPool(stack, 'Users');
    expect(
      messageOf({ authorization: Authorization.broker({ userPool, mfa: Mfa.OPTIONAL }) }, stack),
    ).toBe("'mfa' must not be given with 'userPool', which has its own, got both");
  });
});
