import {
  answers,
  isDocument,
  isToken,
  jsonAnswer,
  type Mutant,
  page,
  pathOf,
  withHeaders,
  withJson,
  withStatus,
} from '../support/mutant.ts';

/** A wrong token endpoint, as far as a stranger sees it. */

let guesses = 0;

export const tokenEndpointMutants: readonly Mutant[] = [
  {
    name: 'guesses answered with a server error',
    isBurst: true,
    response: answers(
      (request) => isToken(request) && request.body.includes('grant_type=refresh_token'),
      (response) => {
        guesses += 1;
        return guesses > 20 ? { ...response, status: 502 } : response;
      },
    ),
    breaks: ['a-limit-on-guessing-codes-says-so-in-json'],
  },
  {
    name: 'invalid_request for a dead grant',
    response: answers(
      (request, { body }) => isToken(request) && body.includes('invalid_grant'),
      withJson({ error: 'invalid_request' }),
    ),
    breaks: ['a-dead-refresh-token-is-an-invalid-grant', 'an-unknown-code-is-an-invalid-grant'],
  },
  {
    name: '401 for a dead grant',
    response: answers(
      (request, { body }) => isToken(request) && body.includes('invalid_grant'),
      withStatus(401),
    ),
    breaks: ['a-dead-refresh-token-is-an-invalid-grant', 'an-unknown-code-is-an-invalid-grant'],
  },
  {
    name: 'invalid_grant for an unknown client',
    response: answers(
      (request, { body }) => isToken(request) && body.includes('invalid_client'),
      withJson({ error: 'invalid_grant' }),
    ),
    breaks: ['an-unknown-client-is-an-invalid-client'],
  },
  {
    name: 'a server error for an unknown grant type',
    response: answers(
      (request, { body }) => isToken(request) && body.includes('unsupported_grant_type'),
      withStatus(500),
    ),
    breaks: ['an-unknown-grant-type-is-named-as-such'],
  },
  {
    name: 'token errors as web pages',
    response: answers(
      (request, { status }) => isToken(request) && status === 400,
      withHeaders({ 'content-type': 'text/html' }),
    ),
    breaks: ['errors-are-json-and-not-cacheable'],
  },
  {
    name: 'GET at the token endpoint',
    response: answers(
      (request) => isToken(request) && request.method === 'GET',
      () => page('Token'),
    ),
    breaks: ['a-get-is-refused'],
  },
  {
    name: 'another resource accepted at the token endpoint',
    response: answers(
      (request) => isToken(request) && request.body.includes('other.example'),
      () => jsonAnswer(200, { access_token: 'a-token-for-somebody-else' }),
    ),
    breaks: ['another-resource-is-refused-here-too'],
  },
  {
    name: 'an error for revoking nothing',
    response: answers((request) => pathOf(request) === '/oauth/revoke', withStatus(400)),
    breaks: ['revoking-an-unknown-token-succeeds'],
  },
  {
    name: 'a refresh token repeated in the error',
    response: answers(
      (request, { status }) => isToken(request) && status === 400,
      (response, request) =>
        withJson({ error_description: new URLSearchParams(request.body).get('refresh_token') })(
          response,
          request,
        ),
    ),
    breaks: ['a-code-is-never-repeated'],
  },
  {
    name: 'metadata without nosniff',
    response: answers(isDocument, withHeaders({ 'x-content-type-options': undefined })),
    breaks: ['metadata-is-not-sniffed'],
  },
];
