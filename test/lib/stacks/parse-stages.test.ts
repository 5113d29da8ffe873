import { describe, expect, it } from 'vitest';
import { stages } from '../../../bin/stages.ts';
import { parseStages } from '../../../lib/stacks/parse-stages.ts';

const problemsOf = (value: unknown): readonly string[] => {
  try {
    parseStages(value);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n  - ').slice(1);
  }
};

const region = 'eu-west-1';
const okta = {
  product: 'okta',
  issuerUrl: 'https://acme.okta.com/oauth2/default',
  clients: ['a'],
};
const external = { region, authorization: 'external', issuers: [okta] };
const vpc = {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
};

describe('the stages', () => {
  it('that come with the app can be used', () => {
    expect(parseStages(stages)).toBe(stages);
  });

  it.each<[string, unknown]>([
    ["'stages' must be named development, staging, production, got test", { test: { region } }],
    ["'production' must be an object, got null", { production: null }],
    ["'staging.region' must be a region such as eu-west-1, got undefined", { staging: {} }],
    [
      `'staging.account' must be an account of 12 digits, got 123`,
      { staging: { region, account: 123 } },
    ],
    [
      "'staging.minTask' must be one of region, account, productName, domain, scopes, groupScopes, tenants, requiresTenant, allowedOrigins, authorization, clientDocuments, preRegisteredClients, directClients, issuers, identityProviders, userPool, mfa, vpc, egress, natGateways, sharedStore, rateLimits, deployment, minTasks, maxTasks, useSpot, verifiedBy, testUser, alarms, alarmEmail, isDisposable, got an unknown key",
      { staging: { region, minTask: 1 } },
    ],
    [
      "'staging.domain.hostedZoneId' must be the id of a hosted zone, got undefined",
      { staging: { region, domain: { name: 'mcp.example.com', zoneName: 'example.com' } } },
    ],
    [
      "'staging.tenants' must be a list of at least one tenant id, got []",
      { staging: { region, tenants: [] } },
    ],
    [
      `'staging.egress' must be one of nat-gateway, nat-instance, isolated, got "none"`,
      { staging: { region, egress: 'none' } },
    ],
    [
      "'staging.natGateways' must be left out with nat-instance, got 2",
      { staging: { region, egress: 'nat-instance', natGateways: 2 } },
    ],
    [
      "'staging.natGateways' must be left out with isolated, got 1",
      { staging: { region, egress: 'isolated', natGateways: 1 } },
    ],
    [
      `'staging.alarmEmail' must be left out without alarms, got "a@example.com"`,
      { staging: { region, alarms: 'none', alarmEmail: 'a@example.com' } },
    ],
    [
      `'staging.alarms' must be one of full, essential, none, got "some"`,
      { staging: { region, alarms: 'some' } },
    ],
    [
      "'production.isDisposable' must be false, because production has users, got true",
      { production: { region, isDisposable: true } },
    ],
    [
      "'staging.domain.name' must be in the hosted zone example.org, got mcp.example.com",
      {
        staging: {
          region,
          domain: {
            name: 'mcp.example.com',
            hostedZoneId: 'Z0123456789',
            zoneName: 'example.org',
          },
        },
      },
    ],
    [
      `'staging.scopes' must be without these problems: 'scopes' must have names of 1 to 128 printable ASCII characters without space, quotation mark, slash or backslash, got "a/b", got [{"name":"a/b","description":"A"}]`,
      { staging: { region, scopes: [{ name: 'a/b', description: 'A' }] } },
    ],
    [
      "'staging.groupScopes' must name scopes of this server (mcp:tools:read, mcp:tools:execute, mcp:resources:read, mcp:prompts:read), got mcp:tool:read for readers",
      { staging: { region, groupScopes: { readers: ['mcp:tool:read'] } } },
    ],
    [
      "'staging.maxTasks' must be at least 'minTasks', which must be at least 1, got 4 to 2",
      { staging: { region, minTasks: 4, maxTasks: 2 } },
    ],
    [
      "'staging.allowedOrigins' must list origins or 'loopback', got https://example.com/",
      { staging: { region, allowedOrigins: ['https://example.com/'] } },
    ],
    [
      "'staging.issuers' must be given with authorization external, got none",
      { staging: { region, authorization: 'external' } },
    ],
    [
      "'staging.directClients' must be given with authorization direct, got none",
      { staging: { region, authorization: 'direct' } },
    ],
    [
      "'staging.issuers' must be left out with authorization broker, got one",
      { staging: { region, issuers: [okta] } },
    ],
    [
      "'staging.groupScopes' must be left out with authorization external, got one",
      { staging: { ...external, groupScopes: { readers: ['mcp:tools:read'] } } },
    ],
    [
      "'staging.verifiedBy' must be left out with authorization external, got one",
      { staging: { ...external, verifiedBy: 'arn:aws:iam::111122223333:role/Verify' } },
    ],
    [
      `'staging.issuers[0].product' must be one of entra, auth0, okta, cognito, got "keycloak"`,
      { staging: { ...external, issuers: [{ ...okta, product: 'keycloak' }] } },
    ],
    [
      "'staging.issuers[0].client' must be one of product, issuerUrl, clients, machineClients, audience, scopes, tenant, tenantClaim, groupsClaim, got an unknown key",
      { staging: { ...external, issuers: [{ ...okta, client: 'a' }] } },
    ],
    [
      "'staging.issuerUrl' must be an issuer of okta (a custom authorization server (…/oauth2/<id>): the org server's tokens cannot be checked), got https://acme.okta.com",
      { staging: { ...external, issuers: [{ ...okta, issuerUrl: 'https://acme.okta.com' }] } },
    ],
    [
      `'staging.tenant' or 'tenantClaim' must be given for ${okta.issuerUrl} when tenancy is required, because Okta's tokens name no tenant, got neither`,
      { staging: { ...external, requiresTenant: true } },
    ],
    [
      "'staging.preRegisteredClients' must be left out with clientDocuments, got both",
      {
        staging: {
          region,
          clientDocuments: ['claude.ai'],
          preRegisteredClients: [
            { clientId: 'a', clientName: 'A', redirectUris: ['https://example.com/cb'] },
          ],
        },
      },
    ],
    [
      "'staging.preRegisteredClients' must have redirect URIs that codes may be sent to, got http://example.com/cb (redirect_uri_plain_http)",
      {
        staging: {
          region,
          preRegisteredClients: [
            { clientId: 'a', clientName: 'A', redirectUris: ['http://example.com/cb'] },
          ],
        },
      },
    ],
    [
      "'staging.identityProviders[0]' must have issuerUrl, clientId and clientSecretName (OpenID Connect) or metadataUrl alone (SAML), got name, issuerUrl",
      {
        staging: {
          region,
          identityProviders: [{ name: 'EntraId', issuerUrl: 'https://login.example.com' }],
        },
      },
    ],
    [
      "'staging.identityProviders' must name one Entra ID tenant as issuer, got https://login.microsoftonline.com/common/v2.0",
      {
        staging: {
          region,
          identityProviders: [
            {
              name: 'EntraId',
              issuerUrl: 'https://login.microsoftonline.com/common/v2.0',
              clientId: 'a',
              clientSecretName: 'entra',
            },
          ],
        },
      },
    ],
    [
      "'staging.mfa' must be left out with userPool, which has its own, got both",
      {
        staging: {
          region,
          mfa: 'optional',
          userPool: { userPoolId: 'eu-west-1_Pool', domainUrl: 'https://login.example.com' },
        },
      },
    ],
    [
      "'staging.egress' must be left out with vpc, whose routes are its own, got both",
      { staging: { region, vpc, egress: 'isolated' } },
    ],
    [
      "'staging.vpc' must have one private subnet in each of at least two zones, got 1 in 2",
      { staging: { region, vpc: { ...vpc, privateSubnetIds: ['subnet-0123456789abcdef0'] } } },
    ],
    [
      `'staging.sharedStore' must be one of valkey, got "redis"`,
      { staging: { region, sharedStore: 'redis' } },
    ],
    [
      "'staging.rateLimits.perPrincipal' must be a whole number from 1 to 10000000, got 0",
      { staging: { region, rateLimits: { perPrincipal: 0 } } },
    ],
    [
      `'staging.deployment' must be one of rolling, canary, got "blue-green"`,
      { staging: { region, deployment: 'blue-green' } },
    ],
  ])('are refused: %s', (problem, value) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it.each<[string, unknown]>([
    [
      'without a way out and with somebody else’s tokens, because the relay copies their keys too',
      { staging: { ...external, egress: 'isolated' } },
    ],
    [
      'with everything that goes together',
      {
        production: {
          region,
          authorization: 'direct',
          directClients: [{ clientName: 'Claude', redirectUris: ['https://claude.ai/cb'] }],
          userPool: { userPoolId: 'eu-west-1_Pool', domainUrl: 'https://login.example.com' },
          vpc,
          sharedStore: 'valkey',
          rateLimits: { perPrincipal: 60 },
          deployment: 'canary',
          tenants: ['acme'],
        },
      },
    ],
  ])('are accepted %s', (_, value) => {
    expect(problemsOf(value)).toEqual([]);
  });

  it('are refused with every problem at once, because nobody likes to be told one at a time', () => {
    expect(
      problemsOf({
        staging: { region: 'Ireland', mfa: 'off' },
        production: { region, useSpot: 'yes', scopes: [{ name: 'a b', description: 'A' }] },
      }),
    ).toHaveLength(4);
    // Also those of one stage that are wrong in themselves and in combination.
    expect(
      problemsOf({
        production: { region: 'Ireland', isDisposable: true, minTask: 1, directClients: 'a' },
      }),
    ).toEqual([
      `'production.region' must be a region such as eu-west-1, got "Ireland"`,
      expect.stringContaining("'production.minTask' must be one of"),
      `'production.directClients' must be a list of at least one object, got "a"`,
      "'production.isDisposable' must be false, because production has users, got true",
    ]);
  });
});
