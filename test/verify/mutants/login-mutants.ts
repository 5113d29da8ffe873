import { createHash } from 'node:crypto';
import {
  answers,
  formOf,
  isAuthorize,
  isCode,
  jsonAnswer,
  type Mutant,
  queryOf,
  withForm,
  withHeaders,
  withJson,
  withLocation,
  withQuery,
} from '../support/mutant.ts';

/** Wrong during a login. */

const knownVerifier = 'v'.repeat(43);
const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

// What a careless server would have to remember.
const answersByCode = new Map<string, string>();
const clientOfChallenge = new Map<string, string>();
const usedCodes = new Set<string>();

const tokensWith = (changes: Parameters<typeof withJson>[0]): Pick<Mutant, 'response'> => ({
  response: answers((request, { status }) => isCode(request) && status === 200, withJson(changes)),
});

export const loginMutants: readonly Mutant[] = [
  {
    name: 'a state that is changed on the way back',
    access: 'everything',
    response: withLocation(({ searchParams }) => {
      if (searchParams.has('code') && searchParams.has('iss')) searchParams.set('state', 'changed');
    }),
    breaks: ['the-state-comes-back-unchanged'],
  },
  {
    name: 'no iss although it is promised',
    access: 'everything',
    response: withLocation(({ searchParams }) => {
      if (searchParams.has('code')) searchParams.delete('iss');
    }),
    breaks: ['the-answer-names-its-issuer'],
  },
  {
    name: 'an iss with a slash too many',
    access: 'everything',
    response: withLocation(({ searchParams }) => {
      if (searchParams.has('code') && searchParams.has('iss'))
        searchParams.set('iss', `${searchParams.get('iss')}/`);
    }),
    breaks: ['the-answer-names-its-issuer'],
  },
  {
    name: 'a lifetime as a string',
    access: 'everything',
    ...tokensWith(({ expires_in: seconds }) => ({ expires_in: String(seconds) })),
    breaks: ['the-token-answer-is-complete'],
  },
  {
    name: 'tokens that last a month',
    access: 'everything',
    ...tokensWith({ expires_in: 2_592_000 }),
    breaks: ['the-token-lasts-a-day-at-most'],
  },
  {
    name: 'no refresh token',
    access: 'everything',
    ...tokensWith({ refresh_token: undefined }),
    breaks: ['a-refresh-token-is-handed-out'],
  },
  {
    name: 'cacheable tokens',
    access: 'everything',
    response: answers(
      (request, { status }) => isCode(request) && status === 200,
      withHeaders({ 'cache-control': 'private, max-age=60' }),
    ),
    breaks: ['the-token-answer-is-not-cacheable'],
  },
  {
    name: 'a token that opens nothing',
    access: 'everything',
    ...tokensWith(({ access_token: token }) => ({
      access_token: `${String(token).slice(0, -8)}AAAAAAAA`,
    })),
    breaks: ['the-access-token-opens-the-server', 'the-token-opens-the-server'],
  },
  {
    name: 'a refusal that says something else',
    access: 'everything',
    response: withLocation(({ searchParams }) => {
      if (searchParams.get('error') === 'access_denied') searchParams.set('error', 'server_error');
    }),
    breaks: ['a-person-can-say-no'],
  },
  {
    name: 'the verifier ignored',
    access: 'everything',
    request: (request) => {
      if (isAuthorize(request) && queryOf(request).get('code_challenge_method') === 'S256')
        return withQuery(request, (query) =>
          query.set('code_challenge', challengeOf(knownVerifier)),
        );
      return isCode(request)
        ? withForm(request, (form) => form.set('code_verifier', knownVerifier))
        : request;
    },
    breaks: ['a-code-without-a-verifier-gets-nothing', 'a-wrong-verifier-gets-nothing'],
  },
  {
    name: 'codes that work twice',
    access: 'everything',
    request: (request) => {
      const known = isCode(request)
        ? answersByCode.get(formOf(request).get('code') ?? '')
        : undefined;
      return known === undefined ? request : jsonAnswer(200, JSON.parse(known));
    },
    response: answers(
      (request, { status }) => isCode(request) && status === 200,
      (response, request) => {
        answersByCode.set(formOf(request).get('code') ?? '', response.body);
        return response;
      },
    ),
    breaks: ['a-code-works-once', 'a-replayed-code-ends-what-it-gave'],
  },
  {
    name: 'a replayed code that ends nothing',
    access: 'everything',
    request: (request) =>
      isCode(request) && usedCodes.has(formOf(request).get('code') ?? '')
        ? jsonAnswer(400, { error: 'invalid_grant' })
        : request,
    response: answers(isCode, (response, request) => {
      usedCodes.add(formOf(request).get('code') ?? '');
      return response;
    }),
    breaks: ['a-replayed-code-ends-what-it-gave'],
  },
  {
    name: 'codes that belong to nobody',
    access: 'everything',
    request: (request) => {
      if (isAuthorize(request) && queryOf(request).has('state'))
        clientOfChallenge.set(
          queryOf(request).get('code_challenge') ?? '',
          queryOf(request).get('client_id') ?? '',
        );
      const challenge = challengeOf(formOf(request).get('code_verifier') ?? '');
      const owner = clientOfChallenge.get(challenge);
      return isCode(request) && owner !== undefined
        ? withForm(request, (form) => form.set('client_id', owner))
        : request;
    },
    breaks: ['a-code-belongs-to-its-client'],
  },
  {
    name: 'the redirect of a code ignored',
    access: 'everything',
    request: (request) =>
      isCode(request) && formOf(request).get('redirect_uri')?.endsWith('/elsewhere')
        ? withForm(request, (form) => form.set('redirect_uri', 'http://127.0.0.1:33419/callback'))
        : request,
    breaks: ['a-code-belongs-to-its-redirect'],
  },
];
