import {
  answers,
  formOf,
  isAt,
  isAuthorize,
  isRefresh,
  isToken,
  jsonAnswer,
  type Mutant,
  queryOf,
  withChallenge,
  withForm,
  withJson,
  withStatus,
} from '../support/mutant.ts';

/** Wrong after a login. */

// What a careless server would have to remember.
const clientOfGrant = new Map<string, string>();
const spent = new Set<string>();
const handles = new Map<string, string>();

/** Remembers whose a refresh token is, from what passes. */
const rememberClient = (
  request: { readonly body: string },
  response: { readonly body: string },
): void => {
  const { refresh_token: handle } = JSON.parse(response.body || '{}');
  if (handle) clientOfGrant.set(handle, formOf(request).get('client_id') ?? '');
};

export const grantMutants: readonly Mutant[] = [
  {
    name: 'no question for a second client',
    access: 'everything',
    request: (request) =>
      isAuthorize(request) &&
      request.headers.cookie !== undefined &&
      queryOf(request).get('client_id')?.startsWith('dyn.')
        ? {
            status: 302,
            headers: { location: `${queryOf(request).get('redirect_uri')}?code=x` },
            body: '',
          }
        : request,
    breaks: ['a-second-client-is-asked-about-again'],
  },
  {
    name: 'refresh tokens that stay the same',
    access: 'everything',
    // The relay keeps the real handle to itself and always hands out the first one.
    request: (request) => {
      const presented = formOf(request).get('refresh_token') ?? '';
      return isRefresh(request) && handles.has(presented)
        ? withForm(request, (form) => form.set('refresh_token', handles.get(presented) ?? ''))
        : request;
    },
    response: answers(
      (request, { status }) => isRefresh(request) && status === 200,
      (response, request) => {
        const presented = formOf(request).get('refresh_token') ?? '';
        handles.set(presented, JSON.parse(response.body).refresh_token);
        return withJson({ refresh_token: presented })(response, request);
      },
    ),
    breaks: ['a-refresh-rotates-the-token', 'a-used-refresh-token-is-refused'],
  },
  {
    name: 'refresh tokens that belong to nobody',
    access: 'everything',
    request: (request) => {
      const owner = isRefresh(request)
        ? clientOfGrant.get(formOf(request).get('refresh_token') ?? '')
        : undefined;
      return owner === undefined
        ? request
        : withForm(request, (form) => form.set('client_id', owner));
    },
    response: answers(
      (request, { status }) => isToken(request) && status === 200,
      (response, request) => {
        rememberClient(request, response);
        return response;
      },
    ),
    breaks: ['a-refresh-token-belongs-to-its-client'],
  },
  {
    name: 'a scope that grows at a refresh',
    access: 'everything',
    request: (request) =>
      isRefresh(request) && formOf(request).get('scope') === 'verify:everything'
        ? jsonAnswer(200, { access_token: 'more-than-was-granted', scope: 'verify:everything' })
        : request,
    breaks: ['a-refresh-cannot-widen-the-scope'],
  },
  {
    name: 'a revocation that does nothing',
    access: 'everything',
    request: (request) => (isAt('/oauth/revoke')(request) ? jsonAnswer(200, {}) : request),
    breaks: ['a-revoked-token-is-dead'],
  },
  {
    name: '401 for too little scope',
    access: 'everything',
    response: answers(
      (_, { headers }) => String(headers['www-authenticate']).includes('insufficient_scope'),
      withStatus(401),
    ),
    breaks: ['too-little-scope-is-named'],
  },
  {
    name: 'only the missing scope in the challenge',
    access: 'everything',
    response: answers(
      (_, { status }) => status === 403,
      withChallenge((challenge) => challenge.replace('mcp:tools:read ', '')),
    ),
    breaks: ['a-challenge-repeats-the-scopes-that-were-granted'],
  },
  {
    name: 'scopes that are not enforced',
    access: 'everything',
    response: answers(
      (_, { headers }) => String(headers['www-authenticate']).includes('insufficient_scope'),
      () => jsonAnswer(200, { jsonrpc: '2.0', id: 1, result: {} }),
    ),
    breaks: ['too-little-scope-does-nothing'],
  },
  {
    name: 'a consent page that breaks',
    access: 'everything',
    request: (request) =>
      isAt('/oauth/consent')(request) ? { status: 500, headers: {}, body: '' } : request,
    breaks: ['a-person-can-sign-in'],
  },
  {
    name: 'a reused refresh token that ends nothing',
    access: 'everything',
    request: (request) => {
      const presented = isRefresh(request) ? (formOf(request).get('refresh_token') ?? '') : '';
      if (spent.has(presented)) return jsonAnswer(400, { error: 'invalid_grant' });
      if (presented !== '') spent.add(presented);
      return request;
    },
    breaks: ['reuse-ends-the-whole-grant'],
  },
];
