import {
  answers,
  isDocument,
  isMcp,
  isResourceMetadata,
  type Mutant,
  pathOf,
  withChallenge,
  withHeaders,
  withJson,
} from '../support/mutant.ts';

/** Wrong protected-resource metadata, and hosts that are believed. */
export const resourceMetadataMutants: readonly Mutant[] = [
  {
    name: 'resource metadata only at the root',
    request: (request) =>
      isResourceMetadata(request) && pathOf(request).endsWith('/mcp')
        ? { status: 404, headers: {}, body: '' }
        : request,
    response: withChallenge((challenge) =>
      challenge.replace('oauth-protected-resource/mcp', 'oauth-protected-resource'),
    ),
    breaks: ['the-path-form-is-served'],
  },
  {
    name: 'resource metadata only at the path',
    request: (request) =>
      isResourceMetadata(request) && !pathOf(request).endsWith('/mcp')
        ? { status: 404, headers: {}, body: '' }
        : request,
    breaks: ['the-root-form-is-served'],
  },
  {
    name: 'another resource at the root',
    response: answers(
      (request) => isResourceMetadata(request) && !pathOf(request).endsWith('/mcp'),
      withJson(({ resource }) => ({ resource: String(resource).replace(/\/mcp$/, '') })),
    ),
    breaks: ['both-forms-name-the-same-resource'],
  },
  {
    name: 'a resource with a slash too many',
    response: answers(
      isResourceMetadata,
      withJson(({ resource }) => ({ resource: `${resource}/` })),
    ),
    breaks: ['the-resource-covers-the-address', 'the-resource-is-the-address-of-the-server'],
  },
  {
    name: 'the origin as the resource',
    response: answers(
      isResourceMetadata,
      withJson(({ resource }) => ({ resource: new URL(String(resource)).origin })),
    ),
    breaks: ['an-honest-request-goes-on', 'the-resource-is-the-address-of-the-server'],
  },
  {
    name: 'a resource on another host',
    response: answers(isResourceMetadata, withJson({ resource: 'https://inner.example/mcp' })),
    breaks: [
      'an-honest-request-goes-on',
      'the-resource-covers-the-address',
      'the-resource-is-the-address-of-the-server',
    ],
  },
  {
    name: 'no authorization server named',
    response: answers(isResourceMetadata, withJson({ authorization_servers: undefined })),
    breaks: ['an-authorization-server-is-named'],
  },
  {
    name: 'an authorization server over plain http',
    response: answers(
      isResourceMetadata,
      withJson({ authorization_servers: ['http://login.example'] }),
    ),
    breaks: ['the-authorization-server-is-reached-over-https'],
  },
  {
    name: 'no scopes in the resource metadata',
    response: answers(isResourceMetadata, withJson({ scopes_supported: undefined })),
    breaks: ['the-scopes-are-listed'],
  },
  {
    name: 'offline_access in the resource metadata',
    response: answers(
      isResourceMetadata,
      withJson(({ scopes_supported: scopes }) => ({
        scopes_supported: [...(scopes as string[]), 'offline_access'],
      })),
    ),
    breaks: ['offline-access-is-not-a-scope-of-the-resource'],
  },
  {
    name: 'tokens offered in the query',
    response: answers(
      isResourceMetadata,
      withJson({ bearer_methods_supported: ['header', 'query'] }),
    ),
    breaks: ['tokens-are-taken-from-the-header-only'],
  },
  {
    name: 'resource metadata as text',
    response: answers(isResourceMetadata, withHeaders({ 'content-type': 'text/plain' })),
    breaks: ['the-resource-document-is-json'],
  },
  {
    name: 'the Host header in the challenge',
    response: answers(
      (request) => isMcp(request) && request.headers.host === 'attacker.example',
      () => ({
        status: 401,
        headers: {
          'www-authenticate': 'Bearer resource_metadata="https://attacker.example/.well-known/x"',
        },
        body: '{}',
      }),
    ),
    breaks: ['a-foreign-host-is-not-repeated-in-the-challenge'],
  },
  {
    name: 'the forwarded host in the metadata',
    response: answers(
      (request) => isDocument(request) && request.headers['x-forwarded-host'] !== undefined,
      (response, request) =>
        withJson({ resource: `https://${request.headers['x-forwarded-host']}/mcp` })(
          response,
          request,
        ),
    ),
    breaks: ['forwarded-hosts-are-not-believed'],
  },
  {
    name: 'the Host header in the metadata',
    response: answers(
      (request) => isDocument(request) && request.headers.host === 'attacker.example',
      () => ({ status: 200, headers: {}, body: '{"resource":"https://attacker.example/mcp"}' }),
    ),
    breaks: ['a-foreign-host-is-not-repeated-in-the-metadata'],
  },
];
