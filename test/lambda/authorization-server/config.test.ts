import { describe, expect, it } from 'vitest';
import { parseEnvironment, parseSecret } from '../../../lambda/authorization-server/config.ts';

const environment = {
  ISSUER: 'https://mcp.example.com',
  RESOURCE_IDENTIFIER: 'https://mcp.example.com/mcp',
  SCOPES: JSON.stringify([{ name: 'mcp:tools:read', description: 'See tools', isEveryday: true }]),
  UPSTREAM_ISSUER: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Abc',
  UPSTREAM_DOMAIN: 'https://login.auth.eu-central-1.amazoncognito.com',
  UPSTREAM_CLIENT_ID: 'abc',
  SECRET_ARN: 'arn:aws:secretsmanager:…',
  TABLE_NAME: 'grants',
};

describe('the environment of the broker', () => {
  it('needs nothing but what identifies the deployment, and everything else is safe by default', () => {
    const { settings, upstream } = parseEnvironment(environment);
    expect(settings).toMatchObject({
      dynamicRegistration: { isEnabled: true },
      metadataDocuments: { isEnabled: true, policy: {} },
      redirectPolicy: { allowLoopback: true },
      preregisteredClients: [],
      machineClients: [],
      grantLifetimeSeconds: 2_592_000,
    });
    expect(upstream.tokenEndpoint).toBe(
      'https://login.auth.eu-central-1.amazoncognito.com/oauth2/token',
    );
  });

  it('reports every problem at once, because one deployment should be enough to see them all', () => {
    const broken = {
      ...environment,
      ISSUER: 'https://mcp.example.com/',
      RESOURCE_IDENTIFIER: 'http://mcp.example.com/mcp',
      SCOPES: 'not json',
      TABLE_NAME: undefined,
      GRANT_LIFETIME: '60',
      METADATA_DOCUMENTS: 'claude.ai',
    };
    expect(() => parseEnvironment(broken)).toThrow(/RESOURCE_IDENTIFIER[\s\S]*SCOPES/);
    const message = (() => {
      try {
        return String(parseEnvironment(broken));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    for (const name of [
      'ISSUER',
      'RESOURCE_IDENTIFIER',
      'SCOPES',
      'TABLE_NAME',
      'GRANT_LIFETIME',
      'METADATA_DOCUMENTS',
    ])
      expect(message).toContain(`'${name}'`);
  });

  it.each([
    ['off', { isEnabled: false, policy: { allow: [] } }],
    ['open', { isEnabled: true, policy: {} }],
    ['["claude.ai"]', { isEnabled: true, policy: { allow: ['claude.ai'] } }],
  ])('reads METADATA_DOCUMENTS=%s', (value, expected) => {
    const { settings } = parseEnvironment({ ...environment, METADATA_DOCUMENTS: value });
    expect(settings.metadataDocuments).toEqual(expected);
  });

  it('switches dynamic registration off when told to', () => {
    const { settings } = parseEnvironment({ ...environment, DYNAMIC_REGISTRATION: 'off' });
    expect(settings.dynamicRegistration.isEnabled).toBe(false);
  });
});

describe('the secret of the broker', () => {
  const key = Buffer.alloc(32, 7).toString('base64url');

  it('holds the upstream secret and at least one key of 32 bytes', () => {
    const value = JSON.stringify({ clientSecret: 's', sealingKeys: [{ id: 'a', key }] });
    expect(parseSecret(value).sealingKeys).toHaveLength(1);
  });

  it.each([
    ['no client secret', { sealingKeys: [{ id: 'a', key }] }],
    ['no keys', { clientSecret: 'marked-secret', sealingKeys: [] }],
    ['a short key', { clientSecret: 'marked-secret', sealingKeys: [{ id: 'a', key: 'c2hvcnQ' }] }],
    ['a key without id', { clientSecret: 'marked-secret', sealingKeys: [{ key }] }],
  ])('is refused with %s, and the message does not quote it', (_, secret) => {
    const attempt = () => parseSecret(JSON.stringify(secret));
    expect(attempt).toThrow(/the secret must hold/);
    expect(attempt).not.toThrow(/marked-secret/);
  });

  it.each(['marked-secret', '{"clientSecret":"marked-secret', 'null', '"marked-secret"'])(
    'is refused when it is %s, and the message does not quote it, as that of JSON.parse would',
    (value) => {
      const attempt = () => parseSecret(value);
      expect(attempt).toThrow(/the secret must hold/);
      expect(attempt).not.toThrow(/marked/);
    },
  );
});
