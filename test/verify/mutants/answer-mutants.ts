import {
  answers,
  isAuthorize,
  isDocument,
  isMcp,
  isRefusal,
  jsonAnswer,
  type Mutant,
  withHeaders,
  withStatus,
} from '../support/mutant.ts';

/** Talkative errors, clumsy refusals, limits without a word. */

let handshakes = 0;
/** Counts the handshakes without a token: only the burst makes so many. */
const limited: NonNullable<Mutant['request']> = (request) => {
  const isPlain =
    request.headers.authorization === undefined && request.body.includes('"initialize"');
  if (isPlain) handshakes += 1;
  return isPlain && handshakes > 45 && handshakes < 56
    ? jsonAnswer(429, { error: 'slow down' })
    : request;
};

export const answerMutants: readonly Mutant[] = [
  {
    name: 'a version in a header',
    response: withHeaders({ 'x-powered-by': 'Express', server: 'nginx/1.27.3' }),
    breaks: ['nothing-tells-its-version'],
  },
  {
    name: 'no id to ask about',
    response: withHeaders({ 'x-correlation-id': undefined }),
    breaks: ['an-answer-can-be-found-in-the-log'],
  },
  {
    name: 'a stack trace for a wrong address',
    response: answers(
      (request, { status }) => status === 404 && !isDocument(request),
      (response) => ({ ...response, body: 'Error: no\n    at route (file:///app/server.js:10:5)' }),
    ),
    breaks: ['errors-show-no-insides'],
  },
  {
    name: 'a refused token repeated',
    response: answers(isRefusal, (response, request) => ({
      ...response,
      body: JSON.stringify({ error: `bad token ${request.headers.authorization}` }),
    })),
    breaks: ['a-token-is-never-repeated'],
  },
  {
    name: 'a server error for a huge token',
    response: answers(
      (request) => String(request.headers.authorization ?? '').length > 8192,
      withStatus(502),
    ),
    breaks: ['a-huge-token-is-refused-cleanly'],
  },
  {
    name: 'a server error for garbage',
    response: answers(
      (request) => request.headers.authorization === 'Bearer verify-not-a-token',
      withStatus(500),
    ),
    breaks: ['garbage-is-refused'],
  },
  {
    name: 'Basic credentials forbidden',
    response: answers(
      (request) => isMcp(request) && String(request.headers.authorization).startsWith('Basic'),
      withStatus(403),
    ),
    breaks: ['another-scheme-is-challenged'],
  },
  {
    name: 'a bare Bearer forbidden',
    response: answers((request) => request.headers.authorization === 'Bearer', withStatus(403)),
    breaks: ['an-empty-token-is-refused'],
  },
  {
    name: 'a form taken for a message',
    response: answers(
      (request) => isMcp(request) && request.body.startsWith('access_token='),
      () => jsonAnswer(200, {}),
    ),
    breaks: ['a-token-in-the-body-opens-nothing'],
  },
  {
    name: 'a limit that does not say when to come back',
    isBurst: true,
    request: (request) => (isAuthorize(request) || !isMcp(request) ? request : limited(request)),
    breaks: ['a-limit-says-when-to-come-back'],
  },
];
