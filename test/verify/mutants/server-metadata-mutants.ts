import {
  answers,
  isServerMetadata,
  type Mutant,
  pathOf,
  withHeaders,
  withJson,
  withStatus,
} from '../support/mutant.ts';

/** Wrong authorization-server metadata. */

const withMetadata = (changes: Parameters<typeof withJson>[0]): Pick<Mutant, 'response'> => ({
  response: answers(isServerMetadata, withJson(changes)),
});

export const serverMetadataMutants: readonly Mutant[] = [
  {
    name: 'an issuer with a slash too many',
    ...withMetadata(({ issuer }) => ({ issuer: `${issuer}/` })),
    breaks: ['the-issuer-is-exactly-the-expected-one'],
  },
  {
    name: 'the issuer of the provider behind',
    ...withMetadata({ issuer: 'https://cognito.example/pool' }),
    breaks: ['the-issuer-is-exactly-the-expected-one'],
  },
  {
    name: 'challenge methods not listed',
    ...withMetadata({ code_challenge_methods_supported: undefined }),
    breaks: ['s256-is-advertised'],
  },
  {
    name: 'only plain listed',
    ...withMetadata({ code_challenge_methods_supported: ['plain'] }),
    breaks: [
      'listed-challenge-methods-include-s256',
      'plain-is-not-advertised',
      's256-is-advertised',
    ],
  },
  {
    name: 'plain listed as well',
    ...withMetadata({ code_challenge_methods_supported: ['S256', 'plain'] }),
    breaks: ['plain-is-not-advertised'],
  },
  {
    name: 'response types not listed',
    ...withMetadata({ response_types_supported: undefined }),
    breaks: ['the-code-response-type-is-listed'],
  },
  {
    name: 'the implicit grant offered',
    ...withMetadata({ response_types_supported: ['code', 'token'] }),
    breaks: ['obsolete-grants-are-not-advertised'],
  },
  {
    name: 'no authorization endpoint',
    ...withMetadata({ authorization_endpoint: undefined }),
    breaks: ['the-endpoints-are-named'],
  },
  {
    name: 'a token endpoint over plain http',
    ...withMetadata({ token_endpoint: 'http://login.example/token' }),
    breaks: ['every-endpoint-is-https'],
  },
  {
    name: 'secrets demanded of everybody',
    ...withMetadata({ token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
    breaks: ['public-clients-are-welcome'],
  },
  {
    name: 'no registration endpoint',
    ...withMetadata({ registration_endpoint: undefined }),
    breaks: ['clients-can-register-themselves'],
  },
  {
    name: 'metadata documents of clients not supported',
    ...withMetadata({ client_id_metadata_document_supported: undefined }),
    breaks: ['clients-can-bring-a-metadata-document'],
  },
  {
    name: 'iss not promised',
    ...withMetadata({ authorization_response_iss_parameter_supported: undefined }),
    breaks: ['the-response-names-its-issuer'],
  },
  {
    name: 'offline_access advertised',
    ...withMetadata(({ scopes_supported: scopes }) => ({
      scopes_supported: [...(scopes as string[]), 'offline_access'],
    })),
    breaks: ['offline-access-is-not-advertised'],
  },
  {
    name: 'no refresh grant',
    ...withMetadata({ grant_types_supported: ['authorization_code'] }),
    breaks: ['refresh-is-offered'],
  },
  {
    name: 'no revocation endpoint',
    ...withMetadata({ revocation_endpoint: undefined }),
    breaks: ['revocation-is-offered'],
  },
  {
    name: 'server metadata as text',
    response: answers(isServerMetadata, withHeaders({ 'content-type': 'text/plain' })),
    breaks: ['the-server-document-is-json'],
  },
  {
    name: 'server metadata that depends on the protocol header',
    response: answers(
      (request) =>
        isServerMetadata(request) && request.headers['mcp-protocol-version'] === undefined,
      withJson({ registration_endpoint: undefined }),
    ),
    breaks: ['it-does-not-depend-on-the-protocol-header'],
  },
  {
    name: 'no server metadata',
    response: answers(isServerMetadata, withStatus(404)),
    breaks: ['it-is-found-where-clients-look'],
  },
  {
    name: 'server metadata unavailable',
    response: answers(isServerMetadata, withStatus(503)),
    breaks: ['it-is-found-where-clients-look', 'the-first-place-answers'],
  },
  {
    name: 'a bad gateway at the OpenID place',
    response: answers(
      (request) => pathOf(request).endsWith('/openid-configuration'),
      withStatus(502),
    ),
    breaks: ['the-openid-place-answers-cleanly'],
  },
];
