import {
  answers,
  isRegister,
  jsonAnswer,
  type Mutant,
  withForm,
  withHeaders,
  withJson,
  withStatus,
} from '../support/mutant.ts';

/** Wrong client registration. */

const answerMutants: readonly Mutant[] = [
  {
    name: '200 for a registration',
    response: answers(
      (request, { status }) => isRegister(request) && status === 201,
      withStatus(200),
    ),
    breaks: ['a-registration-is-answered-with-201'],
  },
  {
    name: 'times as strings',
    response: answers(
      isRegister,
      withJson(({ client_id_issued_at: time }) => ({ client_id_issued_at: String(time) })),
    ),
    breaks: ['registered-times-are-integers'],
  },
  {
    name: 'other redirect URIs registered',
    response: answers(
      (request, { status }) => isRegister(request) && status === 201,
      withJson({ redirect_uris: ['https://other.example/'] }),
    ),
    breaks: ['the-answer-says-what-was-registered'],
  },
  {
    name: 'a secret for everybody',
    request: (request) =>
      request.body.includes('client_secret=not-a-secret')
        ? withForm(request, (form) => form.delete('client_secret'))
        : request,
    response: answers(
      (request, { status }) => isRegister(request) && status === 201,
      withJson({ client_secret: 'not-a-secret-at-all' }),
    ),
    breaks: ['a-public-client-gets-no-secret'],
  },
  {
    name: 'a cacheable registration',
    response: answers(isRegister, withHeaders({ 'cache-control': 'max-age=60' })),
    breaks: ['the-answer-is-not-cacheable'],
  },
  {
    name: 'private-use schemes refused',
    request: (request) =>
      isRegister(request) && request.body.includes('cursor://')
        ? jsonAnswer(400, { error: 'invalid_redirect_uri' })
        : request,
    breaks: ['cursor-may-register-its-three-redirects'],
  },
  {
    name: 'javascript: accepted as a redirect',
    request: (request) =>
      isRegister(request) && request.body.includes('javascript:')
        ? jsonAnswer(201, { client_id: 'x', redirect_uris: ['javascript:alert(1)'] })
        : request,
    breaks: ['scripts-are-not-redirect-targets'],
  },
  {
    name: 'plain http accepted as a redirect',
    request: (request) =>
      isRegister(request) && request.body.includes('http://client.example')
        ? jsonAnswer(201, { client_id: 'x', redirect_uris: ['http://client.example/callback'] })
        : request,
    breaks: ['plain-http-redirects-are-refused'],
  },
  {
    name: 'a server error for a broken registration',
    response: answers(
      (request, { body }) => isRegister(request) && body.includes('invalid_client_metadata'),
      withStatus(500),
    ),
    breaks: ['a-malformed-registration-is-refused-cleanly'],
  },
];

const refusing =
  (part: string): Mutant['request'] =>
  (request) =>
    isRegister(request) && request.body.includes(part)
      ? jsonAnswer(400, { error: 'invalid_redirect_uri' })
      : request;

const redirectMutants: readonly Mutant[] = [
  {
    name: 'hosted clients refused',
    request: refusing('https://claude.ai/'),
    breaks: ['hosted-clients-may-register'],
  },
  {
    name: 'one of four redirects refused',
    request: refusing('insiders.vscode.dev'),
    breaks: ['vs-code-may-register-its-four-redirects'],
  },
  {
    name: 'fragments accepted in a redirect',
    request: (request) =>
      isRegister(request) && request.body.includes('#part')
        ? jsonAnswer(201, { client_id: 'x' })
        : request,
    breaks: ['redirects-with-a-fragment-are-refused'],
  },
];

export const registrationMutants: readonly Mutant[] = [...answerMutants, ...redirectMutants];
