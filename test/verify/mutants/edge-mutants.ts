import {
  answers,
  blockPage,
  isMcp,
  isRefusal,
  type Mutant,
  pathOf,
  withHeaders,
  withRequestHeaders,
  withStatus,
} from '../support/mutant.ts';

/** Wrong firewalls, wrong CORS, a wrong Origin. */

const isPreflight = (request: { readonly method: string }): boolean => request.method === 'OPTIONS';

export const edgeMutants: readonly Mutant[] = [
  {
    name: 'a firewall that wants a User-Agent',
    request: (request) => (request.headers['user-agent'] === undefined ? blockPage : request),
    breaks: ['a-machine-may-read-the-metadata', 'a-request-without-a-user-agent-passes'],
  },
  {
    name: 'a firewall against bodies of more than 8 KB',
    request: (request) => (request.body.length > 8192 ? blockPage : request),
    breaks: ['a-tool-call-of-64-kb-passes'],
  },
  {
    name: 'a firewall against queries of more than 2 KB',
    request: (request) => (request.url.length > 2048 ? blockPage : request),
    breaks: ['a-long-authorize-url-passes'],
  },
  {
    name: 'a firewall against addresses in the query',
    request: (request) =>
      /=http%3A%2F%2F127\.0\.0\.1%3A51/.test(request.url) ? blockPage : request,
    breaks: [
      'a-loopback-redirect-in-the-query-passes',
      'a-loopback-redirect-may-use-any-port',
      'copilot-cli-may-use-another-port-than-it-declares',
    ],
  },
  {
    name: 'a firewall against scripts in bodies',
    request: (request) =>
      isMcp(request) && request.body.includes('<script>') ? blockPage : request,
    breaks: ['a-tool-call-about-attacks-passes'],
  },
  {
    name: 'a firewall against programs',
    request: (request) =>
      /python|Go-http/.test(String(request.headers['user-agent'] ?? '')) ? blockPage : request,
    breaks: ['programs-are-not-taken-for-bots'],
  },
  {
    name: 'Origin ignored',
    request: (request) =>
      isMcp(request) && request.method === 'POST'
        ? withRequestHeaders(request, { origin: undefined })
        : request,
    breaks: ['a-foreign-origin-is-refused-with-403', 'the-null-origin-is-refused-with-403'],
  },
  {
    name: 'the null origin allowed',
    request: (request) =>
      isMcp(request) && request.headers.origin === 'null'
        ? withRequestHeaders(request, { origin: undefined })
        : request,
    breaks: ['the-null-origin-is-refused-with-403'],
  },
  {
    name: 'a foreign origin answered with 401',
    response: answers(
      (request, { status }) =>
        isMcp(request) && status === 403 && request.headers.origin !== 'null',
      withStatus(401),
    ),
    breaks: ['a-foreign-origin-is-refused-with-403'],
  },
  {
    name: 'no CORS anywhere',
    response: withHeaders({
      'access-control-allow-origin': undefined,
      'access-control-allow-headers': undefined,
      'access-control-expose-headers': undefined,
    }),
    breaks: [
      'scripts-may-read-the-resource-metadata',
      'scripts-may-read-the-server-metadata',
      'scripts-may-redeem-a-code',
      'scripts-may-register',
      'the-resource-metadata-may-be-asked-for-with-the-protocol-header',
      'the-server-metadata-may-be-asked-for-with-the-protocol-header',
    ],
  },
  {
    name: 'documents closed to preflights',
    request: (request) =>
      isPreflight(request) && pathOf(request).startsWith('/.well-known/')
        ? { status: 405, headers: {}, body: '' }
        : request,
    breaks: [
      'the-resource-metadata-may-be-asked-for-with-the-protocol-header',
      'the-server-metadata-may-be-asked-for-with-the-protocol-header',
    ],
  },
  {
    name: 'a preflight that needs a token',
    request: (request) =>
      isPreflight(request) && isMcp(request) ? { status: 401, headers: {}, body: '' } : request,
    breaks: ['a-preflight-needs-no-token'],
  },
  {
    name: 'a challenge that scripts cannot read',
    response: answers(isRefusal, withHeaders({ 'access-control-expose-headers': undefined })),
    breaks: ['scripts-may-read-the-challenge'],
  },
  {
    name: 'cookies for every origin',
    response: answers(isPreflight, (response, request) =>
      withHeaders({
        'access-control-allow-origin': String(request.headers.origin),
        'access-control-allow-credentials': 'true',
      })(response, request),
    ),
    breaks: ['no-origin-may-use-cookies'],
  },
];
