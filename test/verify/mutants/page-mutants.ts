import {
  answers,
  isAuthorize,
  type Mutant,
  page,
  queryOf,
  withHeaders,
} from '../support/mutant.ts';

/** Wrong pages for a person, and wrong trust in clients' documents. */

export const pageMutants: readonly Mutant[] = [
  {
    name: 'a page that can be framed',
    response: answers(isAuthorize, (response, request) =>
      withHeaders({
        'x-frame-options': undefined,
        'content-security-policy': String(
          response.headers['content-security-policy'] ?? '',
        ).replace(/;? *frame-ancestors[^;]*/, ''),
      })(response, request),
    ),
    breaks: ['the-page-cannot-be-framed'],
  },
  {
    name: 'a page without a policy',
    response: answers(isAuthorize, withHeaders({ 'content-security-policy': undefined })),
    breaks: ['pages-carry-a-content-security-policy'],
  },
  {
    name: 'a page that caches keep',
    response: answers(isAuthorize, withHeaders({ 'cache-control': 'max-age=60' })),
    breaks: ['the-page-is-not-cacheable'],
  },
  {
    name: 'a page that sends its address along',
    response: answers(isAuthorize, withHeaders({ 'referrer-policy': 'unsafe-url' })),
    breaks: ['the-page-keeps-its-address-to-itself'],
  },
  {
    name: 'a page that does not say who asks',
    response: answers(isAuthorize, (response) => ({
      ...response,
      body: response.body.replaceAll('cdk-secure-mcp verify', 'An application'),
    })),
    breaks: ['the-page-says-who-asks-and-where-the-answer-goes'],
  },
  {
    name: 'a name that becomes markup',
    response: answers(isAuthorize, (response) => ({
      ...response,
      body: response.body.replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
    })),
    breaks: ['the-page-does-not-run-what-a-client-calls-itself'],
  },
  {
    name: 'an error page that repeats the request',
    response: answers(
      (request, { status }) => isAuthorize(request) && status === 400,
      (response, request) => ({
        ...response,
        body: `${response.body}${queryOf(request).get('client_id')}`,
      }),
    ),
    breaks: ['error-pages-do-not-repeat-the-request'],
  },
  {
    name: 'cookies that scripts can read',
    response: answers(isAuthorize, (response) => ({
      ...response,
      headers: {
        ...response.headers,
        ...(response.headers['set-cookie'] && {
          'set-cookie': [response.headers['set-cookie']]
            .flat()
            .map((cookie) => cookie.replace(/; HttpOnly/i, '')),
        }),
      },
    })),
    breaks: ['cookies-are-out-of-reach-of-scripts'],
  },
  {
    name: 'metadata documents fetched from inside the network',
    request: (request) =>
      isAuthorize(request) && queryOf(request).get('client_id')?.startsWith('https://10.0.0.1/')
        ? page('Allow?')
        : request,
    breaks: ['documents-inside-the-network-are-not-fetched'],
  },
  {
    name: 'known clients refused because their document cannot be fetched',
    request: (request) =>
      isAuthorize(request) &&
      queryOf(request)
        .get('client_id')
        ?.match(/^https:\/\/(claude\.ai|chatgpt\.com|vscode\.dev)\//)
        ? { status: 400, headers: {}, body: '' }
        : request,
    breaks: [
      'chatgpt-is-known-by-its-document',
      'claude-code-is-known-by-its-document',
      'claude-is-known-by-its-document',
      'codex-is-known-by-its-document',
      'vs-code-is-known-by-its-document',
    ],
  },
];
