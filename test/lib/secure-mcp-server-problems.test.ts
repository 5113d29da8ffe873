import { type App, Duration, SecretValue, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { describe, expect, it } from 'vitest';
import {
  Authorization,
  ClientRegistration,
  Egress,
  IdentityProvider,
  McpWebAcl,
  SecureMcpServer,
  type SecureMcpServerProps,
  Tenancy,
} from '../../lib/index.ts';
import { anApp, aStack, resourcesOf } from '../support/synth.ts';

const messageOf = (props: SecureMcpServerProps, stack = aStack()): string => {
  try {
    new SecureMcpServer(stack, 'McpServer', props);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no problem';
};

const certificateIn = (stack: Stack, region: string) =>
  Certificate.fromCertificateArn(
    stack,
    'Certificate',
    `arn:aws:acm:${region}:111122223333:certificate/a`,
  );

describe('a configuration that cannot work', () => {
  it.each<[string, SecureMcpServerProps]>([
    [
      "'certificate' must be given with 'domainName', got undefined",
      { domainName: 'mcp.example.com' },
    ],
    [
      "'tenancy' must name at least one tenant when it is required, got none",
      { tenancy: Tenancy.required([]) },
    ],
    [
      `'tenancy' must have tenant ids of letters, digits, '.', '_' and '-' that start with a letter or digit, got "a/b"`,
      { tenancy: Tenancy.required(['a/b']) },
    ],
    [
      `'scopes' must have names of 1 to 128 printable ASCII characters without space, quotation mark, slash or backslash, got "notes/read"`,
      { scopes: [{ name: 'notes/read', description: 'Read your notes' }] },
    ],
    ["'scopes' must list 1 to 47 scopes, got 0", { scopes: [] }],
    [
      "'groupScopes' must name scopes of this server (mcp:tools:read, mcp:tools:execute, mcp:resources:read, mcp:prompts:read), got mcp:tool:read for readers",
      { groupScopes: { readers: ['mcp:tool:read'] } },
    ],
    [
      "'clientRegistration' must let at least one client in, got none",
      {
        authorization: Authorization.broker({
          clientRegistration: ClientRegistration.preRegistered([]),
        }),
      },
    ],
    [
      "'clientRegistration' must have redirect URIs that codes may be sent to, got http://example.com/cb (redirect_uri_plain_http)",
      {
        authorization: Authorization.broker({
          clientRegistration: ClientRegistration.preRegistered([
            { clientId: 'a', clientName: 'A', redirectUris: ['http://example.com/cb'] },
          ]),
        }),
      },
    ],
    [
      "'branding.accentColor' must be a colour such as #0b57d0, got red",
      { authorization: Authorization.broker({ branding: { accentColor: 'red' } }) },
    ],
    [
      "'branding.logoUrl' must be an https URL, got http://example.com/logo.svg",
      {
        authorization: Authorization.broker({
          branding: { logoUrl: 'http://example.com/logo.svg' },
        }),
      },
    ],
    [
      "'grantLifetime' must be at least an hour, got 30 minutes",
      { authorization: Authorization.broker({ grantLifetime: Duration.minutes(30) }) },
    ],
    [
      "'allowedOrigins' must list origins or 'loopback', got https://example.com/",
      { allowedOrigins: ['loopback', 'https://example.com/'] },
    ],
    [
      "'maxTasks' must be at least 'minTasks', which must be at least 1, got 4 to 2",
      { minTasks: 4, maxTasks: 2 },
    ],
  ])('is refused: %s', (problem, props) => {
    expect(messageOf(props)).toBe(`Mcp/McpServer cannot be made: ${problem}`);
  });

  it('lists every problem at once, because each deployment attempt costs minutes', () => {
    const message = messageOf({ minTasks: 0, tenancy: Tenancy.optional([]), scopes: [] });
    expect(message.split('; ')).toHaveLength(3);
  });

  it('names the region where a firewall is missing, because CDK and CloudFormation say nothing useful', () => {
    expect(messageOf({}, aStack('eu-west-1'))).toContain(
      "'webAcl' must be given in a stack outside us-east-1, where CloudFront's firewall cannot be made, got region eu-west-1",
    );
    expect(messageOf({}, new Stack(anApp(), 'Mcp'))).toContain('got region unknown');
  });

  it('refuses a certificate of another region, because CloudFront would only at the end of the deployment', () => {
    const stack = aStack();
    expect(
      messageOf(
        { domainName: 'mcp.example.com', certificate: certificateIn(stack, 'eu-west-1') },
        stack,
      ),
    ).toContain("'certificate' must be in region us-east-1, got eu-west-1");
  });

  it('refuses a domain outside its zone, because the record would be useless', () => {
    const stack = aStack();
    const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z0123456789',
      zoneName: 'example.org',
    });
    const certificate = certificateIn(stack, 'us-east-1');
    expect(messageOf({ domainName: 'mcp.example.com', certificate, hostedZone }, stack)).toContain(
      "'domainName' must be in the hosted zone example.org, got mcp.example.com",
    );
    expect(messageOf({ hostedZone })).toContain(
      "'domainName' must be given with 'hostedZone', got undefined",
    );
  });

  it('refuses a host name that is not spelled as browsers spell it, because tokens are compared byte by byte', () => {
    const stack = aStack();
    const certificate = certificateIn(stack, 'us-east-1');
    expect(messageOf({ domainName: 'https://Mcp.example.com', certificate }, stack)).toContain(
      "'domainName' must be a host name in lower case such as mcp.example.com, got https://Mcp.example.com",
    );
  });

  it('refuses a way out for a network that has its own', () => {
    const stack = aStack();
    const vpc = new Vpc(stack, 'Vpc');
    expect(messageOf({ vpc, egress: Egress.natGateway() }, stack)).toContain(
      "'egress' must not be given with 'vpc', whose routes are its own, got both",
    );
  });

  it('refuses an Entra ID issuer for everybody, because anybody can open a directory', () => {
    const stack = aStack();
    const clientSecret = SecretValue.secretsManager('entra');
    const entra = IdentityProvider.oidc({
      name: 'EntraId',
      issuerUrl: 'https://login.microsoftonline.com/common/v2.0',
      clientId: 'a',
      clientSecret,
    });
    expect(
      messageOf({ authorization: Authorization.broker({ identityProviders: [entra] }) }, stack),
    ).toContain(
      "'identityProviders' must name one Entra ID tenant as issuer, got https://login.microsoftonline.com/common/v2.0",
    );
  });
});

describe('a configuration that works', () => {
  const aStackNamed = (name: string, region: string, app: App): Stack =>
    new Stack(app, name, { env: { region } });

  it('takes its firewall from us-east-1, wherever it is itself, in apps without our feature flags', () => {
    const app = anApp();
    const webAcl = new McpWebAcl(aStackNamed('Edge', 'us-east-1', app), 'WebAcl');
    const server = aStackNamed('Server', 'eu-central-1', app);
    expect(messageOf({ webAcl }, server)).toBe('no problem');
    const { template } = app.synth().getStackByName('Server');
    expect(JSON.stringify(template)).toContain('Fn::GetStackOutput');
  });

  it('takes a network that exists, and leaves it as it is', () => {
    const stack = aStack();
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      privateSubnetIds: ['subnet-1', 'subnet-2'],
      privateSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
    });
    expect(messageOf({ vpc }, stack)).toBe('no problem');
    const types = resourcesOf(Template.fromStack(stack)).map(({ Type }) => Type);
    const allowed = ['SecurityGroup', 'SecurityGroupIngress', 'SecurityGroupEgress'];
    const inNetwork = types.filter((type) => type.startsWith('AWS::EC2::'));
    expect(inNetwork.filter((type) => !allowed.includes(type.slice(10)))).toEqual([]);
  });
});
