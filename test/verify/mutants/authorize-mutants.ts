import { isAuthorize, type Mutant, queryOf, withLocation, withQuery } from '../support/mutant.ts';

/** Wrong answers to authorization requests. */

export const authorizeMutants: readonly Mutant[] = [
  {
    name: 'the path of a loopback redirect ignored',
    request: (request) =>
      isAuthorize(request) && queryOf(request).get('redirect_uri')?.endsWith('/elsewhere')
        ? withQuery(request, (query) =>
            query.set('redirect_uri', 'http://127.0.0.1:51789/callback'),
          )
        : request,
    breaks: ['a-loopback-redirect-keeps-its-path'],
  },
  {
    name: 'the implicit response accepted',
    request: (request) =>
      isAuthorize(request) && queryOf(request).get('response_type') === 'token'
        ? withQuery(request, (query) => query.set('response_type', 'code'))
        : request,
    breaks: ['the-implicit-response-is-refused'],
  },
  {
    name: 'plain accepted',
    request: (request) =>
      isAuthorize(request) && queryOf(request).get('code_challenge_method') === 'plain'
        ? withQuery(request, (query) => query.set('code_challenge_method', 'S256'))
        : request,
    breaks: ['plain-pkce-is-refused'],
  },
  {
    name: 'PKCE not demanded',
    request: (request) =>
      isAuthorize(request) && !queryOf(request).has('code_challenge')
        ? withQuery(request, (query) => {
            query.set('code_challenge', 'x'.repeat(43));
            query.set('code_challenge_method', 'S256');
          })
        : request,
    breaks: ['a-request-without-pkce-is-refused'],
  },
  {
    name: 'an absent challenge method taken for S256',
    request: (request) =>
      isAuthorize(request) &&
      queryOf(request).has('code_challenge') &&
      !queryOf(request).has('code_challenge_method')
        ? withQuery(request, (query) => query.set('code_challenge_method', 'S256'))
        : request,
    breaks: ['the-default-challenge-method-is-refused'],
  },
  {
    name: 'an open redirector',
    request: (request) => {
      const redirectUri = isAuthorize(request) ? (queryOf(request).get('redirect_uri') ?? '') : '';
      return redirectUri.startsWith('https://attacker.example')
        ? { status: 302, headers: { location: `${redirectUri}?error=invalid_request` }, body: '' }
        : request;
    },
    breaks: ['an-unknown-client-is-not-sent-anywhere', 'an-unregistered-redirect-is-not-used'],
  },
  {
    name: 'redirects compared by prefix',
    request: (request) => {
      const registered = 'http://127.0.0.1:33419/callback';
      const [given, ...others] = queryOf(request).getAll('redirect_uri');
      return isAuthorize(request) && others.length === 0 && given?.startsWith(registered)
        ? withQuery(request, (query) => query.set('redirect_uri', registered))
        : request;
    },
    breaks: ['redirects-are-compared-exactly'],
  },
  {
    name: 'loopback ports compared exactly',
    request: (request) =>
      isAuthorize(request) && /:(5\d{4}|49703)\//.test(queryOf(request).get('redirect_uri') ?? '')
        ? { status: 400, headers: {}, body: '' }
        : request,
    breaks: [
      'a-loopback-redirect-may-use-any-port',
      'claude-code-is-known-by-its-document',
      'codex-is-known-by-its-document',
      'copilot-cli-may-use-another-port-than-it-declares',
      'opencode-is-known-by-its-document',
      'zed-is-known-by-its-document',
    ],
  },
  {
    name: 'the resource ignored',
    request: (request) =>
      isAuthorize(request) && queryOf(request).get('resource') === 'https://other.example/mcp'
        ? withQuery(request, (query) => query.delete('resource'))
        : request,
    breaks: ['another-resource-is-refused'],
  },
  {
    name: 'a resource demanded',
    request: (request) =>
      isAuthorize(request) && !queryOf(request).has('resource') && queryOf(request).has('state')
        ? { status: 400, headers: {}, body: '' }
        : request,
    breaks: ['a-request-without-a-resource-goes-on'],
  },
  {
    name: 'the first of two parameters used',
    request: (request) =>
      isAuthorize(request) && queryOf(request).getAll('redirect_uri').length > 1
        ? withQuery(request, (query) => query.set('redirect_uri', query.get('redirect_uri') ?? ''))
        : request,
    breaks: ['repeated-parameters-are-refused'],
  },
  {
    name: 'a state that is decoded twice',
    response: withLocation(({ searchParams }) => {
      const state = searchParams.get('state');
      if (state?.includes('%20')) searchParams.set('state', decodeURIComponent(state));
    }),
    breaks: ['an-error-keeps-the-state'],
  },
  {
    name: 'no iss in errors',
    response: withLocation(({ searchParams }) => {
      if (searchParams.has('error')) searchParams.delete('iss');
    }),
    breaks: ['an-error-names-its-issuer'],
  },
  {
    name: 'straight to the provider without a question',
    request: (request) =>
      isAuthorize(request) &&
      queryOf(request).get('response_type') === 'code' &&
      queryOf(request).get('code_challenge_method') === 'S256' &&
      queryOf(request).get('client_id')?.startsWith('dyn.') &&
      queryOf(request).getAll('redirect_uri').join() === 'http://127.0.0.1:33419/callback' &&
      queryOf(request).get('resource') !== 'https://other.example/mcp'
        ? { status: 302, headers: { location: 'https://login.example/authorize' }, body: '' }
        : request,
    breaks: ['a-person-is-asked-before-anyone-else'],
  },
];
