/**
 * What a server must do to meet the clients that exist, in order of urgency, and the tests that show
 * it. The test of the document fails when a test named here is gone.
 */

export interface Proof {
  readonly file: string;
  /** Titles as they stand in the file. */
  readonly titles: readonly string[];
}

export interface Requirement {
  readonly number: number;
  readonly says: string;
  readonly proofs: readonly Proof[];
  /** What the proofs leave open. */
  readonly open?: string;
}

const clients = 'test/conformance/clients.test.ts';
const refusals = 'test/conformance/refusals.test.ts';
const knownBehaviour = 'test/conformance/known-behaviour.test.ts';
const suite = 'test/conformance/authorization-server.test.ts';
const attacks = 'test/lambda/authorization-server/attacks.test.ts';
const flow = 'test/lambda/authorization-server/flow.test.ts';
const configuration = 'test/lambda/authorization-server/configuration.test.ts';
const refusedTokens = 'test/server/refused-tokens.test.ts';
const pipeline = 'test/server/pipeline.test.ts';

/** Every row of the client table goes through it. */
const everyClient = '%s signs in, works, refreshes and leaves, because this is what it sends';
const everyDemand = 'from %s, because of its demand %s';

export const requirements: readonly Requirement[] = [
  {
    number: 1,
    says: '401 with a Bearer challenge without a token and for every token that is no good',
    proofs: [
      {
        file: refusedTokens,
        titles: [
          '%s is refused (%s)',
          'is asked for without an error code when there is none, because that is how clients find us',
        ],
      },
      { file: clients, titles: [everyClient] },
    ],
  },
  {
    number: 2,
    says: 'resource metadata at the path form and at the root, with open CORS and the exact URL',
    proofs: [
      { file: pipeline, titles: ['%s is served to everybody, because clients look there first'] },
      { file: refusals, titles: [everyDemand, 'in a browser from %s, because of its demand %s'] },
    ],
  },
  {
    number: 3,
    says: 'authorization server metadata that every client accepts, and a clean 404 beside it',
    proofs: [
      { file: configuration, titles: ['is what every known client accepts (RFC 8414 §2)'] },
      {
        file: knownBehaviour,
        titles: ['get a clean 404 at %s, because a 5xx ends the search of SDK v1'],
      },
      { file: refusals, titles: [everyDemand] },
    ],
  },
  {
    number: 4,
    says: 'an access token that names this server, and no other',
    proofs: [
      { file: refusedTokens, titles: ['%s is refused (%s)'] },
      {
        file: 'test/oauth/access-token.test.ts',
        titles: [
          'refuses a client that is not listed, because any app client of the pool gets our scopes asked',
        ],
      },
    ],
  },
  {
    number: 5,
    says: 'consent for every client before anything goes to Cognito',
    proofs: [
      {
        file: attacks,
        titles: [
          'sets no upstream state before the user has approved (MCP security best practices, confused deputy)',
          'asks again for a second client of the same browser (confused deputy with a static upstream client)',
          'refuses a form posted from another site (RFC 9700 §4.7)',
          'cannot be framed (RFC 9700 §4.16)',
          'uses a state once (MCP security best practices)',
        ],
      },
      { file: clients, titles: [everyClient] },
    ],
  },
  {
    number: 6,
    says: '`iss` and the untouched `state` with every answer, and no answer to a foreign URI',
    proofs: [
      {
        file: flow,
        titles: [
          'sends `iss` and the untouched state with the code (RFC 9207 §2)',
          'sends `iss` and state with a refusal of the user, too (RFC 9207 §2)',
        ],
      },
      { file: attacks, titles: ['never redirects to %s'] },
      { file: refusals, titles: [everyDemand] },
    ],
  },
  {
    number: 7,
    says: 'S256 for everybody, codes for one use',
    proofs: [
      {
        file: attacks,
        titles: [
          'refuses %s and ends the sign-in',
          'revokes everything when a code is used twice (RFC 6749 §4.1.2)',
        ],
      },
    ],
  },
  {
    number: 8,
    says: 'exact redirect URIs, but for the port on loopback',
    proofs: [
      {
        file: 'test/oauth/redirect-uri.test.ts',
        titles: [
          'matches only exactly, or but for the port on loopback, because everything else is a redirector',
        ],
      },
      {
        file: knownBehaviour,
        titles: ['%s may not use %s, because only the port is free (RFC 8252 §7.3)'],
      },
    ],
  },
  {
    number: 9,
    says: '`resource` on authorize, token and refresh: this server, or absent',
    proofs: [
      {
        file: attacks,
        titles: [
          'refuses %s as resource when authorizing (RFC 8707 §2)',
          'refuses another resource at the token endpoint, without using the code up (RFC 8707 §2.2)',
          'refuses another resource on refresh (RFC 8707 §2.2)',
        ],
      },
      { file: clients, titles: [everyClient] },
    ],
  },
  {
    number: 10,
    says: 'no access token goes anywhere else, and none into the log',
    proofs: [
      {
        file: pipeline,
        titles: [
          'the principal and the correlation id, and no trace of the access token',
          'no credentials in the raw request either, because the SDK hands that to every handler',
        ],
      },
      {
        file: refusedTokens,
        titles: ['never appears in the log, nor does any part of its signature'],
      },
    ],
  },
  {
    number: 11,
    says: 'the official conformance suite',
    proofs: [
      {
        file: suite,
        titles: [
          'passes every check of both scenarios in %s, because clients of that revision count on them',
        ],
      },
      {
        file: 'test/conformance-server/requirements.test.ts',
        titles: [
          '2026-07-28: every required scenario runs and none fails, because nothing is in the baseline',
          '2025-11-25: fails only what needs a session, each with its reason in the baseline',
        ],
      },
    ],
  },
  {
    number: 12,
    says: 'Host and Origin checked before credentials are looked at',
    proofs: [
      {
        file: pipeline,
        titles: [
          '%s under a foreign Host is refused, because that is DNS rebinding',
          'Origin %s is refused before the token is looked at',
        ],
      },
      {
        file: knownBehaviour,
        titles: [
          'gets nowhere near the MCP endpoint, because CORS is for loopback tools in local mode',
        ],
      },
    ],
  },
  {
    number: 13,
    says: 'metadata documents fetched safely, with pinned copies for the day they cannot be read',
    proofs: [
      {
        file: 'test/lambda/clients/fetch-document.test.ts',
        titles: [
          'resolves once and connects where it checked, because the second answer may be private',
        ],
      },
      {
        file: 'test/lambda/clients/metadata-documents.test.ts',
        titles: ['keeps no refusal, because a publisher that was down a second ago may be back'],
      },
      {
        file: knownBehaviour,
        titles: ['%s signs in all the same, because a copy of its document is pinned'],
      },
    ],
  },
  {
    number: 14,
    says: 'dynamic registration as a fallback that can be switched off',
    proofs: [
      {
        file: configuration,
        titles: ['disappears from the metadata and answers 403 when it is switched off'],
      },
      { file: attacks, titles: ['refuses to register %s (RFC 7591 §5, RFC 8252 §8.4)'] },
      {
        file: knownBehaviour,
        titles: [
          'is refused as a whole when one URI is bad, because RFC 7591 knows no half registration',
        ],
      },
      { file: clients, titles: [everyClient] },
    ],
    open: 'rates are limited at the edge, not here',
  },
  {
    number: 15,
    says: 'pre-registered clients, and lines to paste for people',
    proofs: [
      {
        file: clients,
        titles: [
          '%s signs in, works, refreshes and leaves, because cookies and secrets are stricter there',
        ],
      },
      {
        file: 'test/server/connect-lines.test.ts',
        titles: ['survives a shell, because people paste these lines without reading them'],
      },
    ],
    open: 'the lines are for clients that register themselves',
  },
  {
    number: 16,
    says: 'everyday scopes in the first challenge, one challenge with all that is missing later on',
    proofs: [
      {
        file: refusedTokens,
        titles: [
          'without the scope of an operation gets a challenge with granted and missing scopes together',
        ],
      },
      {
        file: knownBehaviour,
        titles: ['asks for more rights after a 403 insufficient_scope that names old and new ones'],
      },
    ],
  },
  {
    number: 17,
    says: 'refresh tokens that rotate, and dead ones that are `invalid_grant`',
    proofs: [
      {
        file: flow,
        titles: [
          'rotates the handle at every use (OAuth 2.1 §4.3.1)',
          'ends the grant here and at Cognito when an old handle comes back later',
        ],
      },
      { file: refusals, titles: [everyDemand] },
    ],
  },
];
