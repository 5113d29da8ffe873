import { describe, expect, it } from 'vitest';
import {
  maxClientNameLength,
  maxRedirectUris,
  parseClientMetadata,
} from '../../oauth/client-metadata.ts';
import { openRedirectPolicy } from '../../oauth/redirect-uri.ts';

const parse = (metadata: unknown, redirectPolicy = openRedirectPolicy) =>
  parseClientMetadata(metadata, {
    redirectPolicy,
    authMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    defaultAuthMethod: 'client_secret_basic',
  });

const aRegistration = (members: object = {}) => ({
  client_name: 'A client',
  redirect_uris: ['https://client.example/cb'],
  ...members,
});

const parsed = (members: object = {}) => {
  const result = parse(aRegistration(members));
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
};

const reasonFor = (metadata: unknown): string => {
  const result = parse(metadata);
  return result.ok ? 'ok' : result.error.reason;
};

/** Registration bodies as the clients send them; unknown members left in on purpose. */
const cursor = {
  client_name: 'Cursor',
  redirect_uris: [
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'https://www.cursor.com/agents/mcp/oauth/callback',
    'http://localhost:8787/callback',
  ],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

const visualStudioCode = {
  client_name: 'Visual Studio Code',
  client_uri: 'https://code.visualstudio.com',
  grant_types: [
    'authorization_code',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  response_types: ['code'],
  redirect_uris: [
    'https://insiders.vscode.dev/redirect',
    'https://vscode.dev/redirect',
    'http://127.0.0.1/',
    'http://127.0.0.1:33418/',
  ],
  scope: 'mcp:read',
  token_endpoint_auth_method: 'none',
  application_type: 'native',
};

const inspector = {
  redirect_uris: [
    'http://localhost:6274/oauth/callback',
    'http://localhost:6274/oauth/callback/debug',
  ],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  client_name: 'MCP Inspector',
  client_uri: 'https://github.com/modelcontextprotocol/inspector',
  scope: '',
  application_type: 'native',
};

const mcpRemote = {
  redirect_uris: ['http://localhost:16163/oauth/callback'],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  client_name: 'MCP CLI Proxy',
  client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
  software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
  software_version: '0.15.1',
};

const geminiCli = {
  client_name: 'Gemini CLI MCP Client',
  redirect_uris: ['http://localhost:7777/oauth/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  scope: '',
};

describe('registration bodies of real clients', () => {
  it.each([
    ['Cursor', cursor],
    ['Visual Studio Code', visualStudioCode],
    ['MCP Inspector', inspector],
    ['MCP CLI Proxy', mcpRemote],
    ['Gemini CLI MCP Client', geminiCli],
  ])('accepts every URI of %s, because one refused URI refuses the whole client', (name, body) => {
    const result = parse(body);
    expect(result).toMatchObject({
      ok: true,
      value: {
        clientName: name,
        redirectUris: body.redirect_uris,
        tokenEndpointAuthMethod: 'none',
        mayRefresh: true,
      },
    });
  });

  it('takes `none` from the list of ChatGPT, because its first choice is private_key_jwt', () => {
    const chatGpt = {
      client_id: 'https://chatgpt.com/oauth/client.json',
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
    };
    const result = parse(chatGpt);
    expect(result).toMatchObject({ ok: true, value: { tokenEndpointAuthMethod: 'none' } });
  });
});

describe('client metadata that is refused', () => {
  it.each([
    ['a string', 'x', 'metadata_malformed'],
    ['null', null, 'metadata_malformed'],
    ['an array', [], 'metadata_malformed'],
    ['no redirect URIs', {}, 'redirect_uri_missing'],
    ['an empty list', aRegistration({ redirect_uris: [] }), 'redirect_uri_missing'],
    ['a string for a list', aRegistration({ redirect_uris: 'https://x/' }), 'redirect_uri_missing'],
    ['a number in the list', aRegistration({ redirect_uris: [1] }), 'redirect_uri_missing'],
    [
      'one bad URI among good ones',
      aRegistration({ redirect_uris: ['https://client.example/cb', 'javascript:x'] }),
      'redirect_uri_scheme_refused',
    ],
    [
      'more URIs than a client has',
      aRegistration({ redirect_uris: Array(maxRedirectUris + 1).fill('https://client.example/') }),
      'metadata_too_large',
    ],
    [
      'a method that nobody here speaks',
      aRegistration({ token_endpoint_auth_method: 'private_key_jwt' }),
      'metadata_auth_method_unsupported',
    ],
    [
      'a method that is not a string',
      aRegistration({ token_endpoint_auth_method: ['none'] }),
      'metadata_auth_method_unsupported',
    ],
    [
      'a list without a method we speak',
      aRegistration({ token_endpoint_auth_methods_supported: ['private_key_jwt'] }),
      'metadata_auth_method_unsupported',
    ],
    [
      'the implicit grant alone',
      aRegistration({ grant_types: ['implicit'] }),
      'metadata_grant_type_unsupported',
    ],
    ['grants as a string', aRegistration({ grant_types: 'x' }), 'metadata_grant_type_unsupported'],
    [
      'the token response type alone',
      aRegistration({ response_types: ['token'] }),
      'metadata_response_type_unsupported',
    ],
  ])('refuses %s, because RFC 7591 §2 gives it no other meaning', (_what, metadata, reason) => {
    expect(reasonFor(metadata)).toBe(reason);
  });

  it('names the URI in the evidence, because the log must say which one of ten', () => {
    const result = parse(aRegistration({ redirect_uris: ['http://client.example/'] }));
    expect(result).toMatchObject({
      error: {
        reason: 'redirect_uri_plain_http',
        evidence: { redirectUri: 'http://client.example/' },
      },
    });
  });
});

describe('the members of client metadata', () => {
  it('defaults to client_secret_basic for a registration, because RFC 7591 §2 says so', () => {
    expect(parsed().tokenEndpointAuthMethod).toBe('client_secret_basic');
  });

  it('withholds refresh only from a client that lists its grants without it', () => {
    expect(parsed().mayRefresh).toBe(true);
    expect(parsed({ grant_types: ['authorization_code'] }).mayRefresh).toBe(false);
  });

  it('drops repeated URIs, because a sealed client_id has no room for them', () => {
    const uri = 'https://client.example/cb';
    expect(parsed({ redirect_uris: [uri, uri] }).redirectUris).toEqual([uri]);
  });

  it.each<[sent: unknown, shown: string, why: string]>([
    ['Claude\u202Egnp.exe', 'Claudegnp.exe', 'a bidirectional override reverses what follows'],
    ['Cl\u200Baude\u0000', 'Claude', 'zero-width and control characters hide differences'],
    ['Claude\n\n\n   verified', 'Claude verified', 'a gap pushes words out of sight'],
    ['\u3164\u2800\u115F', 'client.example', 'a letter that draws nothing is no name'],
    ['\uD800Claude', 'Claude', 'half of a pair breaks whoever encodes it'],
    ['', 'client.example', 'a person must see something'],
    [42, 'client.example', 'a person must see something'],
  ])('shows %j as %j, because %s', (sent, shown) => {
    expect(parsed({ client_name: sent }).clientName).toBe(shown);
  });

  it('cuts a long name between characters, because the consent page has one line for it', () => {
    const name = parsed({ client_name: `${'a'.repeat(maxClientNameLength - 1)}🙂🙂` }).clientName;
    expect(name).toBe('a'.repeat(maxClientNameLength - 1));
  });

  it('names a client without a host by a constant, because a private-use URI may have none', () => {
    const redirectUris = ['com.example.app:/cb'];
    expect(parsed({ client_name: '', redirect_uris: redirectUris }).clientName).toBe(
      'Unnamed client',
    );
  });

  it.each([
    'http://client.example/',
    'javascript:alert(1)',
    'https://claude.ai@evil.example/',
    'https://:pw@evil.example/',
    'https://claude.ai\\@evil.example/',
    'https://client.example/\u202E',
    ' https://client.example/',
    `https://client.example/${'a'.repeat(300)}`,
    7,
  ])('leaves out the client_uri %j, because it would be shown as a link', (clientUri) => {
    expect(parsed({ client_uri: clientUri }).clientUri).toBeUndefined();
  });

  it.each(['https://client.example', 'https://client.example/about?x=1'])(
    'keeps the client_uri %s as it was sent, because RFC 7591 §3.2.1 returns what was registered',
    (clientUri) => {
      expect(parsed({ client_uri: clientUri }).clientUri).toBe(clientUri);
    },
  );
});
