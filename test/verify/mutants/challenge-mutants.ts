import {
  answers,
  isMcp,
  isRefusal,
  type Mutant,
  withChallenge,
  withHeaders,
  withStatus,
} from '../support/mutant.ts';

/** Wrong first answers. */
export const challengeMutants: readonly Mutant[] = [
  {
    name: '403 instead of 401',
    response: answers(isRefusal, withStatus(403)),
    breaks: [
      'a-challenge-comes-with-a-401-only',
      'a-huge-token-is-refused-cleanly',
      'a-token-in-the-body-opens-nothing',
      'a-token-with-its-own-key-is-refused',
      'an-empty-token-is-refused',
      'an-expired-forgery-is-refused',
      'an-hmac-token-is-refused',
      'an-unauthenticated-request-is-answered-with-401',
      'an-unsigned-token-is-refused',
      'another-scheme-is-challenged',
      'garbage-is-refused',
      'no-method-is-open-without-a-token',
      'three-random-parts-are-refused',
    ],
  },
  {
    name: '200 with a challenge',
    response: answers(isRefusal, withStatus(200)),
    breaks: [
      'a-challenge-comes-with-a-401-only',
      'a-huge-token-is-refused-cleanly',
      'a-token-in-the-body-opens-nothing',
      'a-token-with-its-own-key-is-refused',
      'an-empty-token-is-refused',
      'an-expired-forgery-is-refused',
      'an-hmac-token-is-refused',
      'an-unauthenticated-request-is-answered-with-401',
      'an-unsigned-token-is-refused',
      'another-scheme-is-challenged',
      'garbage-is-refused',
      'no-method-is-open-without-a-token',
      'three-random-parts-are-refused',
    ],
  },
  {
    name: 'no challenge at all',
    response: answers(isRefusal, withHeaders({ 'www-authenticate': undefined })),
    breaks: ['the-401-carries-a-bearer-challenge'],
  },
  {
    name: 'a Basic challenge',
    response: withChallenge(() => 'Basic realm="mcp"'),
    breaks: ['the-401-carries-a-bearer-challenge'],
  },
  {
    name: 'no resource_metadata in the challenge',
    response: withChallenge((challenge) => challenge.replace(/,? *resource_metadata="[^"]*"/, '')),
    breaks: ['the-challenge-names-the-metadata-document'],
  },
  {
    name: 'resource_metadata only when there is no token',
    response: answers(
      (request) => request.headers.authorization !== undefined,
      withChallenge((challenge) => challenge.replace(/,? *resource_metadata="[^"]*"/, '')),
    ),
    breaks: ['a-refused-token-leads-to-the-metadata-again'],
  },
  {
    name: 'a relative resource_metadata',
    response: withChallenge((challenge) =>
      challenge.replace(/resource_metadata="[^"]*"/, 'resource_metadata="/.well-known/x"'),
    ),
    breaks: ['the-challenge-names-the-metadata-document'],
  },
  {
    name: 'a resource_metadata that leads nowhere',
    response: withChallenge((challenge) =>
      challenge.replace(/(resource_metadata="[^"]*)"/, '$1/nowhere"'),
    ),
    breaks: ['the-challenge-leads-to-the-metadata'],
  },
  {
    name: 'a resource_metadata on another host',
    response: withChallenge((challenge) =>
      challenge.replace(
        /resource_metadata="http:\/\/localhost/,
        'resource_metadata="http://127.0.0.1',
      ),
    ),
    breaks: ['the-challenge-leads-to-the-metadata', 'the-challenge-stays-on-this-host'],
  },
  {
    name: 'no scope in the challenge',
    response: withChallenge((challenge) => challenge.replace(/scope="[^"]*", */, '')),
    breaks: ['the-challenge-names-the-scopes-to-ask-for'],
  },
  {
    name: 'offline_access in the challenge',
    response: withChallenge((challenge) => challenge.replace('scope="', 'scope="offline_access ')),
    breaks: ['the-challenge-does-not-ask-for-offline-access'],
  },
  {
    name: 'invalid_token although there is no token',
    response: answers(
      (request) => request.headers.authorization === undefined,
      withChallenge((challenge) => challenge.replace('Bearer ', 'Bearer error="invalid_token", ')),
    ),
    breaks: ['a-missing-token-is-no-invalid-token'],
  },
  {
    name: 'no error code for a refused token',
    response: withChallenge((challenge) => challenge.replace(/error="[^"]*", */, '')),
    breaks: ['a-refused-token-is-called-invalid'],
  },
  {
    name: 'a cacheable 401',
    response: answers(isRefusal, withHeaders({ 'cache-control': 'public, max-age=60' })),
    breaks: ['a-refusal-is-not-cacheable'],
  },
  {
    name: 'an HTML page as the body of a 401',
    response: answers(isRefusal, (response) => ({
      ...response,
      headers: { ...response.headers, 'content-type': 'text/html' },
      body: '<html><body>Unauthorized</body></html>',
    })),
    breaks: ['a-refusal-is-not-a-web-page'],
  },
  {
    name: 'the modern probe is forbidden',
    response: answers(
      (request, response) =>
        isRefusal(request, response) && request.body.includes('server/discover'),
      withStatus(403),
    ),
    breaks: ['both-protocol-eras-are-challenged-alike'],
  },
  {
    name: 'GET without a token is 200',
    response: answers(
      (request) => isMcp(request) && request.method === 'GET',
      () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }),
    ),
    breaks: ['no-method-is-open-without-a-token'],
  },
];
