import { describe, expect, it } from 'vitest';
import {
  isAllowedDocument,
  isClientIdMetadataUrl,
  parseMetadataDocument,
} from '../../oauth/client-id-metadata-document.ts';
import { openRedirectPolicy } from '../../oauth/redirect-uri.ts';

const clientId = 'https://client.example/oauth/client.json';

const aDocument = (members: object = {}): object => ({
  client_id: clientId,
  client_name: 'A client',
  redirect_uris: ['http://localhost/callback'],
  token_endpoint_auth_method: 'none',
  ...members,
});

const causeOf = (document: unknown): unknown => {
  const result = parseMetadataDocument(clientId, document, openRedirectPolicy);
  if (result.ok) return 'ok';
  expect(result.error.reason).toBe('client_document_invalid');
  return result.error.evidence?.cause;
};

describe('which client ids are metadata document URLs', () => {
  it.each([
    clientId,
    'https://client.example/x',
    'https://chatgpt.com/oauth/ijq0caHmR1iW/client.json',
    'https://xn--bcher-kva.example/client',
  ])('takes %s for one', (id) => {
    expect(isClientIdMetadataUrl(id)).toBe(true);
  });

  it.each([
    ['http://client.example/x', 'the document could be changed on its way'],
    ['ftp://client.example/x', 'only https is fetched'],
    ['file:///etc/passwd', 'only https is fetched'],
    ['https://client.example', 'draft §3 wants a path'],
    ['https://client.example/', 'draft §3 wants a path'],
    ['https://user@client.example/x', 'user information is not part of an identity'],
    ['https://user:pw@client.example/x', 'user information is not part of an identity'],
    ['https://@client.example/x', 'empty user information is a second spelling'],
    ['https://client.example:8443/x', 'other ports are other services of the host'],
    ['https://client.example:443/x', 'a default port is a second spelling'],
    ['https://client.example/x?y=1', 'a query makes any number of ids from one document'],
    ['https://client.example/x?', 'an empty query is a second spelling'],
    ['https://client.example/x#y', 'draft §3 forbids fragments'],
    ['https://client.example/x#', 'an empty fragment is a second spelling'],
    ['https://client.example/a/../x', 'draft §3 forbids dot segments'],
    ['https://client.example/a/./x', 'draft §3 forbids dot segments'],
    ['https://client.example/%2e%2e/x', 'parsers decode dot segments'],
    ['https://CLIENT.example/x', 'upper case is a second spelling'],
    ['HTTPS://client.example/x', 'upper case is a second spelling'],
    ['https:\\\\client.example/x', 'a backslash is a second spelling'],
    ['https://client.example\\x', 'a backslash is a second spelling'],
    [' https://client.example/x', 'parsers trim'],
    ['https://client.example/x\n', 'parsers trim'],
    ['https://client.exa\tmple/x', 'parsers drop tabs'],
    ['https://bücher.example/x', 'only the A-label is canonical'],
    ['https://2130706433/x', 'a decimal address is a second spelling'],
    [`https://client.example/${'x'.repeat(512)}`, 'an id is logged, stored and sent around'],
    ['', 'it is empty'],
    ['dyn.abc', 'it is another kind of client'],
  ])('does not take %j for one, because %s', (id) => {
    expect(isClientIdMetadataUrl(id)).toBe(false);
  });
});

describe('which documents an operator allows', () => {
  it('allows everything without a list, hosts and exact URLs with one, because a list narrows', () => {
    expect(isAllowedDocument(clientId, {})).toBe(true);
    expect(isAllowedDocument(clientId, { allow: [] })).toBe(false);
    expect(isAllowedDocument(clientId, { allow: ['client.example'] })).toBe(true);
    expect(isAllowedDocument(clientId, { allow: [clientId] })).toBe(true);
    expect(isAllowedDocument(clientId, { allow: ['example'] })).toBe(false);
    expect(isAllowedDocument(clientId, { allow: [`${clientId}/`] })).toBe(false);
    expect(isAllowedDocument('https://client.example.evil/x', { allow: ['client.example'] })).toBe(
      false,
    );
  });
});

describe('what a metadata document must say', () => {
  it('reads a public client', () => {
    const result = parseMetadataDocument(clientId, aDocument(), openRedirectPolicy);
    expect(result).toEqual({
      ok: true,
      value: {
        clientName: 'A client',
        redirectUris: ['http://localhost/callback'],
        tokenEndpointAuthMethod: 'none',
        mayRefresh: true,
      },
    });
  });

  it('takes `none` from the list of ChatGPT, because its first choice is private_key_jwt', () => {
    const methods = {
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    };
    expect(causeOf(aDocument(methods))).toBe('ok');
  });

  it.each([
    ['another client_id', aDocument({ client_id: `${clientId}x` }), 'client_id differs'],
    ['no client_id', aDocument({ client_id: undefined }), 'client_id differs'],
    ['a list of client_ids', aDocument({ client_id: [clientId] }), 'client_id differs'],
    [
      'a client_id in another case',
      aDocument({ client_id: clientId.toUpperCase() }),
      'client_id differs',
    ],
    ['a bare string', clientId, 'client_id differs'],
    ['null', null, 'client_id differs'],
    ['nothing', undefined, 'client_id differs'],
    ['an array', [aDocument()], 'client_id differs'],
    ['no name', aDocument({ client_name: undefined }), 'client_name missing'],
    ['an empty name', aDocument({ client_name: '' }), 'client_name missing'],
    ['a secret', aDocument({ client_secret: 'x' }), 'client_secret published'],
    ['no redirect URIs', aDocument({ redirect_uris: undefined }), 'redirect_uri_missing'],
    [
      'a plain http URI',
      aDocument({ redirect_uris: ['http://client.example/'] }),
      'redirect_uri_plain_http',
    ],
    [
      'a shared-secret method',
      aDocument({ token_endpoint_auth_method: 'client_secret_basic' }),
      'metadata_auth_method_unsupported',
    ],
    [
      'private_key_jwt and nothing else',
      aDocument({ token_endpoint_auth_method: 'private_key_jwt' }),
      'metadata_auth_method_unsupported',
    ],
  ])('refuses a document with %s', (_what, document, cause) => {
    expect(causeOf(document)).toBe(cause);
  });
});
