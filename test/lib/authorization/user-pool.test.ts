import { Template } from 'aws-cdk-lib/assertions';
import { Mfa } from 'aws-cdk-lib/aws-cognito';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { Authorization, IdentityProvider, SecureMcpServer, Tenancy } from '../../../lib/index.ts';
import { aServer, aStack, type Resources, resourcesOf } from '../../support/synth.ts';

const { server, template: synthesise } = aServer({
  tenancy: Tenancy.required(['acme']),
  groupScopes: { readers: ['mcp:tools:read'] },
});
server.addMachineClient('Reporting', { scopes: ['mcp:tools:read'], tenant: 'acme' });
const template = synthesise();
const propertiesOf = (type: string) => resourcesOf(template, type).map((one) => one.Properties);
const [userPool] = propertiesOf('AWS::Cognito::UserPool');
const clients = propertiesOf('AWS::Cognito::UserPoolClient');
const signInClient = clients.find(({ AllowedOAuthFlows }) => AllowedOAuthFlows.includes('code'));
const machineClient = clients.find(({ AllowedOAuthFlows }) =>
  AllowedOAuthFlows.includes('client_credentials'),
);

describe('the user pool', () => {
  it('lets nobody sign themselves up, because whoever has an account may be granted scopes', () => {
    expect(userPool?.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true });
  });

  it('wants a second factor, and counts a passkey as one only if it verified the user', () => {
    expect(userPool).toMatchObject({
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      WebAuthnUserVerification: 'required',
      WebAuthnFactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION',
    });
  });

  it('can leave the second factor to the user where that is asked for', () => {
    const [optional] = resourcesOf(
      aServer({ authorization: Authorization.broker({ mfa: Mfa.OPTIONAL }) }).template(),
      'AWS::Cognito::UserPool',
    );
    expect(optional?.Properties.MfaConfiguration).toBe('OPTIONAL');
  });

  it('recovers accounts by e-mail only, because phone numbers can be taken over', () => {
    expect(userPool?.AccountRecoverySetting.RecoveryMechanisms).toEqual([
      { Name: 'verified_email', Priority: 1 },
    ]);
  });

  it('pins the form of its issuer, because the other form would be another issuer', () => {
    expect(userPool?.IssuerConfiguration).toEqual({ Type: 'ORIGINAL' });
  });

  it('is on the plan that lets the trigger change access tokens', () => {
    expect(userPool?.UserPoolTier).toBe('ESSENTIALS');
    expect(userPool?.LambdaConfig.PreTokenGenerationConfig.LambdaVersion).toBe('V3_0');
  });

  it('names the trigger that exists, and Cognito alone may call it', () => {
    const handler = propertiesOf('AWS::Lambda::Function').find(({ FunctionName }) => FunctionName);
    const arn = JSON.stringify(userPool?.LambdaConfig.PreTokenGenerationConfig.LambdaArn);
    expect(arn).toContain(JSON.stringify(handler?.FunctionName));
    const permission = propertiesOf('AWS::Lambda::Permission').find(
      ({ Principal }) => Principal === 'cognito-idp.amazonaws.com',
    );
    expect(permission).toHaveProperty('SourceArn');
    expect(permission).toHaveProperty('SourceAccount');
  });

  it('has the groups that scopes and tenants are given by', () => {
    const names = propertiesOf('AWS::Cognito::UserPoolGroup').map(({ GroupName }) => GroupName);
    expect(names).toEqual(['readers', 'tenant:acme']);
  });

  it('has its new login page, which works only for a client with a style', () => {
    const [domain] = propertiesOf('AWS::Cognito::UserPoolDomain');
    expect(domain?.ManagedLoginVersion).toBe(2);
    const [branding] = propertiesOf('AWS::Cognito::ManagedLoginBranding');
    expect(branding).toMatchObject({ UseCognitoProvidedValues: true });
    expect(JSON.stringify(branding?.ClientId)).toContain('SignInClient');
  });
});

describe('the client through which people sign in', () => {
  it('is confidential and uses the code flow only, because the implicit grant shows tokens to the browser', () => {
    expect(signInClient).toMatchObject({
      GenerateSecret: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
    });
  });

  it('can ask for openid and the scopes of this server, never for the right to change its own user', () => {
    const scopes = signInClient?.AllowedOAuthScopes.map((scope: unknown) => JSON.stringify(scope));
    expect(scopes).toHaveLength(5);
    expect(scopes[0]).toBe('"openid"');
    expect(JSON.stringify(template.toJSON())).not.toContain('aws.cognito.signin.user.admin');
  });

  it('has one callback, the authorization server’s own', () => {
    expect(signInClient?.CallbackURLs).toHaveLength(1);
    expect(JSON.stringify(signInClient?.CallbackURLs[0])).toContain('/oauth/callback');
  });

  it('rotates refresh tokens and can revoke them', () => {
    expect(signInClient).toMatchObject({
      EnableTokenRevocation: true,
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    });
  });

  it('allows no sign-in with a password past the browser, which an empty list would', () => {
    expect(signInClient?.ExplicitAuthFlows).toEqual(['ALLOW_USER_AUTH']);
    expect(machineClient?.ExplicitAuthFlows).toEqual(['ALLOW_REFRESH_TOKEN_AUTH']);
  });

  it('does not reveal who has an account', () => {
    for (const client of clients) expect(client.PreventUserExistenceErrors).toBe('ENABLED');
  });
});

describe('a machine client', () => {
  it('gets exactly the scopes it is given', () => {
    expect(machineClient).toMatchObject({
      AllowedOAuthFlows: ['client_credentials'],
      GenerateSecret: true,
    });
    expect(machineClient?.AllowedOAuthScopes).toHaveLength(1);
    expect(JSON.stringify(machineClient?.AllowedOAuthScopes)).toContain('/mcp:tools:read');
  });
});

describe('federation', () => {
  const stack = aStack();
  new SecureMcpServer(stack, 'McpServer', {
    tenancy: Tenancy.required(['acme']),
    authorization: Authorization.broker({
      identityProviders: [
        IdentityProvider.oidc({
          name: 'EntraId',
          issuerUrl: 'https://login.microsoftonline.com/0000/v2.0',
          clientId: 'a',
          clientSecret: new Secret(stack, 'Entra').secretValue,
          tenant: 'acme',
        }),
        IdentityProvider.saml({ name: 'Okta', metadataUrl: 'https://okta.example.com/metadata' }),
      ],
    }),
  });
  const federated = Template.fromStack(stack);
  const all: Resources = federated.toJSON().Resources;

  it('offers the providers on the login page, and waits for them', () => {
    const [id, client] = Object.entries(all).find(
      ([, { Type }]) => Type === 'AWS::Cognito::UserPoolClient',
    ) as unknown as [string, { Properties: Record<string, unknown>; DependsOn: string[] }];
    expect(id).toContain('SignInClient');
    expect(client.Properties.SupportedIdentityProviders).toEqual(['COGNITO', 'EntraId', 'Okta']);
    expect(client.DependsOn).toHaveLength(2);
  });

  it('reads the client secret at deployment, because a template is no place for it', () => {
    const oidc = resourcesOf(federated, 'AWS::Cognito::UserPoolIdentityProvider').find(
      ({ Properties }) => Properties.ProviderType === 'OIDC',
    );
    expect(JSON.stringify(oidc?.Properties.ProviderDetails.client_secret)).toContain('resolve:');
  });

  it('accepts no SAML response that nobody asked for', () => {
    const saml = resourcesOf(federated, 'AWS::Cognito::UserPoolIdentityProvider').find(
      ({ Properties }) => Properties.ProviderType === 'SAML',
    );
    expect(saml?.Properties.ProviderDetails.IDPInit).toBe(false);
  });

  it('gives a provider’s users the tenant that the operator wrote down', () => {
    const trigger = resourcesOf(federated, 'AWS::Lambda::Function').find(
      ({ Properties }) => Properties.FunctionName,
    );
    expect(trigger?.Properties.Environment.Variables.IDENTITY_PROVIDER_TENANTS).toBe(
      '{"EntraId":"acme"}',
    );
  });
});
